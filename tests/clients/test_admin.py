"""The back office's pages of clients and API keys."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.admin.models import LogEntry

from clients import ulids
from clients.models import ApiKey, Client
from tests import back_office
from tests.back_office import Desk
from tests.world import Api, World

ALL = ["jobs:create", "jobs:read", "billing:read"]


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk(back_office.staff())


def key_of(world: World) -> ApiKey:
    return world.owner.caller().api_key


def secrets_in(text: str) -> list[str]:
    return [unescape(value) for value in re.findall(r'<input id="secret-\d"[^>]* value="([^"]*)"', text)]


def issue(desk: Desk, world: World, **changes: Any) -> Any:
    form = {"id": ulids.new(), "client": world.owner.client.id, "livemode": "test", "capabilities": ALL}
    return desk.submit("clients/apikey/add/", **{**form, **changes})


@pytest.mark.parametrize(
    "path",
    [
        "clients/client/",
        "clients/client/?q=evil",
        "clients/client/{client}/change/",
        "clients/client/{client}/suspend/",
        "clients/client/{client}/history/",
        "clients/client/add/",
        "clients/apikey/",
        "clients/apikey/{key}/change/",
        "clients/apikey/{key}/revoke/",
        "clients/apikey/add/?client={client}",
    ],
)
def test_each_page_shows_hostile_names_as_text(desk: Desk, world: World, path: str) -> None:
    back_office.made_hostile(world)
    ApiKey.objects.update(label=back_office.HOSTILE)
    desk.page(path.format(client=world.owner.client.id, key=key_of(world).id))


@pytest.mark.parametrize("state", ["active", "expired", "revoked", "nonsense"])
def test_keys_are_filtered_by_state(desk: Desk, world: World, state: str) -> None:
    shown = key_of(world).hint in desk.page(f"clients/apikey/?state={state}")
    assert shown is (state in ("active", "nonsense"))


def test_a_new_client_is_told_its_secrets_once(desk: Desk) -> None:
    answer = desk.submit("clients/client/add/", name="Atelier")
    live, test, signing = secrets_in(back_office.shown(answer))
    client = Client.objects.get(name="Atelier")
    assert client.signing_secret == signing
    assert Api(live).get("/v1/me").status_code == Api(test).get("/v1/me").status_code == 200
    assert client.credit_accounts.count() == 2
    assert "no-store" in answer["Cache-Control"]
    later = desk.page(f"clients/client/{client.id}/change/") + desk.page("") + back_office.sessions()
    later += str(list(LogEntry.objects.values()))
    assert not [secret for secret in (live, test, signing) if secret in later]


def test_a_name_is_given_once(desk: Desk, world: World) -> None:
    answer = desk.submit("clients/client/add/", name=world.owner.client.name)
    assert "There is a client of this name." in back_office.shown(answer)
    assert Client.objects.count() == 1


def test_an_issued_key_is_shown_once_and_works(desk: Desk, world: World) -> None:
    answer = issue(desk, world, label="shop", capabilities=["jobs:read"])
    (secret,) = secrets_in(back_office.shown(answer))
    me = Api(secret).get("/v1/me").json()
    assert (me["livemode"], me["capabilities"]) == (False, ["jobs:read"])
    assert "no-store" in answer["Cache-Control"]
    api_key = ApiKey.objects.get(label="shop")
    later = desk.page(f"clients/apikey/{api_key.id}/change/") + back_office.sessions()
    assert secret not in later + str(list(LogEntry.objects.values()))
    assert LogEntry.objects.get().object_id == api_key.id


def test_a_form_sent_twice_issues_one_key(desk: Desk, world: World) -> None:
    form_id = ulids.new()
    issue(desk, world, id=form_id)
    again = back_office.shown(issue(desk, world, id=form_id))
    assert "already issued a key" in again
    assert not secrets_in(again)
    assert ApiKey.objects.count() == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"client": "no ULID"},
        {"client": "01ARZ3NDEKTSV4RRFFQ69G5FAV"},
        {"livemode": "both"},
        {"capabilities": ["everything"]},
        {"capabilities": []},
        {"expires_at_0": "2020-01-01", "expires_at_1": "00:00"},
        {"id": "no ULID"},
        {"label": "x" * 121},
        {"label": "a\x00b"},
    ],
)
def test_a_wrong_form_issues_nothing(desk: Desk, world: World, wrong: dict[str, Any]) -> None:
    assert not secrets_in(back_office.shown(issue(desk, world, **wrong)))
    assert ApiKey.objects.count() == 2


def test_a_revoked_key_is_refused_at_once_and_for_good(desk: Desk, world: World) -> None:
    api_key = key_of(world)
    path = f"clients/apikey/{api_key.id}/revoke/"
    desk.page(path)
    assert world.api.get("/v1/me").status_code == 200
    desk.submit(path)
    assert world.api.get("/v1/me").status_code == 401
    api_key.refresh_from_db()
    revoked_at = api_key.revoked_at
    assert desk.refuses(path)
    api_key.refresh_from_db()
    assert api_key.revoked_at == revoked_at
    assert "revoked" in desk.page(f"clients/apikey/{api_key.id}/change/")


def test_only_a_label_can_be_edited(desk: Desk, world: World) -> None:
    api_key = key_of(world)
    digest = bytes(api_key.digest)
    desk.submit(f"clients/apikey/{api_key.id}/change/", label="web", digest="00", hint="x", livemode="")
    api_key.refresh_from_db()
    assert (api_key.label, bytes(api_key.digest), api_key.livemode) == ("web", digest, True)


@pytest.mark.parametrize("action", ["page", "list"])
def test_a_suspended_client_is_refused_until_it_is_let_in_again(
    desk: Desk, world: World, action: str
) -> None:
    client_id = world.owner.client.id

    def switch(verb: str) -> None:
        if action == "page":
            desk.submit(f"clients/client/{client_id}/{verb}/")
        else:
            desk.submit("clients/client/", action=f"{verb}_selected", _selected_action=client_id)

    switch("suspend")
    assert world.api.get("/v1/me").json()["error"]["code"] == "CLIENT_SUSPENDED"
    switch("unsuspend")
    assert world.api.get("/v1/me").status_code == 200
    assert LogEntry.objects.filter(object_id=client_id).count() == 2


def test_an_edit_writes_its_columns_and_no_other(desk: Desk, world: World) -> None:
    client = world.owner.client
    desk.submit(
        f"clients/client/{client.id}/change/",
        name="Renamed",
        suspended_at_0="2020-01-01",
        suspended_at_1="00:00",
        **empty_tables("credit_accounts", "api_keys"),
    )
    client.refresh_from_db()
    assert (client.name, client.suspended_at) == ("Renamed", None)
    assert client.signing_secret == world.owner.signing_secret


def empty_tables(*prefixes: str) -> dict[str, str]:
    return {f"{prefix}-{name}_FORMS": "0" for prefix in prefixes for name in ("TOTAL", "INITIAL")}


def test_nothing_is_deleted(desk: Desk, world: World) -> None:
    client_id = world.owner.client.id
    assert desk.refuses(f"clients/client/{client_id}/delete/")
    assert desk.refuses(f"clients/apikey/{key_of(world).id}/delete/")
    desk.submit("clients/client/", action="delete_selected", _selected_action=client_id, post="yes")
    assert Client.objects.filter(id=client_id).exists()
    assert "delete_selected" not in desk.page("clients/client/")


@pytest.mark.parametrize(
    "path",
    [
        "clients/client/add/",
        "clients/apikey/add/",
        "clients/client/{client}/suspend/",
        "clients/apikey/{key}/revoke/",
    ],
)
def test_who_may_only_look_can_change_nothing(world: World, path: str) -> None:
    desk = Desk(back_office.staff("reader", "clients.view_client", "clients.view_apikey"))
    desk.page(f"clients/client/{world.owner.client.id}/change/")
    assert desk.refuses(path.format(client=world.owner.client.id, key=key_of(world).id))


@pytest.mark.parametrize(
    "room", ["clients/client", "clients/apikey", "workflows/job", "billing/creditaccount"]
)
def test_a_malformed_id_leads_back_to_the_first_page(desk: Desk, room: str) -> None:
    assert desk.get(f"/admin/{room}/no-ulid/change/").status_code == 302


def test_a_ulid_in_the_search_box_finds_its_client(desk: Desk, world: World) -> None:
    other = ulids.new()
    name = world.owner.client.name
    assert name in desk.page("clients/client/?" + urlencode({"q": f" {world.owner.client.id.lower()} "}))
    assert name not in desk.page(f"clients/client/?q={other}")
