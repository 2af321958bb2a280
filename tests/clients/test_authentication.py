"""Who may call: keys, and what is wrong with them."""

import functools
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from clients import access, keys
from clients.models import ApiKey, issue_key
from tests.world import SWAP, Api, World, refused


def unauthenticated(world: World, api: Api) -> str:
    body = refused(lambda: api.post(SWAP, world.order()), 401, "UNAUTHENTICATED", logged=False)
    return str(body["error"]["message"])


def test_refuses_a_call_without_a_key(world: World) -> None:
    unauthenticated(world, Api())
    assert Api().get("/v1/me")["WWW-Authenticate"].startswith("Bearer")


def test_refuses_an_unknown_key(world: World) -> None:
    unauthenticated(world, Api(keys.mint(livemode=True)))


def test_refuses_a_typo_without_a_query(world: World, django_assert_num_queries: object) -> None:
    swapped = world.owner.key[:20] + ("A" if world.owner.key[20] != "A" else "B") + world.owner.key[21:]
    with django_assert_num_queries(0):  # type: ignore[operator]
        answer = Api(swapped).get("/v1/me")
    assert answer.status_code == 401
    assert "copied" in unauthenticated(world, Api(swapped))


def test_refuses_a_key_of_the_wrong_mode_by_its_prefix(world: World) -> None:
    unauthenticated(world, Api(world.owner.key.replace("sk_live_", "sk_test_")))


OTHER_AUTHORIZATIONS = [
    "", "Bearer", "Bearer ", "Basic {key}", "{key}", "Token {key}", "Bearer {key} {key}", "Bearer {key}x",
    "Bearer {key},", "Bearer \xfc\xfc", "Bearer sk_live_" + "\xfc" * 38, "Bearer " + "x" * 7000,
    "Bearer null", "Bearer sk_live_", "Bearer\t{key}", 'Bearer "{key}"', "Bearer ' OR 1=1 --",
]  # fmt: skip


def test_refuses_another_authorization(world: World) -> None:
    for header in OTHER_AUTHORIZATIONS:
        sent = {"Authorization": header.replace("{key}", world.owner.key)}
        call = functools.partial(Api().request, "POST", SWAP, b"{}", headers=sent)
        refused(call, 401, "UNAUTHENTICATED", logged=False)


@pytest.mark.parametrize("header", ["bearer {key}", "BEARER {key}", "Bearer  {key}", "Bearer {key} "])
def test_the_scheme_is_read_as_http_has_it(world: World, header: str) -> None:
    sent = {"Authorization": header.format(key=world.owner.key)}
    assert Api().request("GET", "/v1/me", headers=sent).status_code == 200


def test_a_key_in_the_query_is_no_key(world: World) -> None:
    assert Api().get(f"/v1/me?api_key={world.owner.key}").status_code == 401


def test_refuses_an_expired_key(world: World) -> None:
    ended = timezone.now() - timedelta(seconds=1)
    _, secret = issue_key(world.owner.client, livemode=True, expires_at=ended)
    assert "expired" in unauthenticated(world, Api(secret))


def test_a_key_works_until_it_expires(world: World) -> None:
    _, secret = issue_key(world.owner.client, livemode=True, expires_at=timezone.now() + timedelta(minutes=1))
    assert Api(secret).get("/v1/me").status_code == 200


@pytest.mark.parametrize("hours", [-1, 1])
def test_the_clock_of_a_process_does_not_matter(world: World, hours: int) -> None:
    lives, has_ended = (
        issue_key(world.owner.client, livemode=True, expires_at=timezone.now() + timedelta(minutes=minutes))
        for minutes in (1, -1)
    )
    with time_machine.travel(timezone.now() + timedelta(hours=hours)):
        assert Api(lives[1]).get("/v1/me").status_code == 200
        assert "expired" in Api(has_ended[1]).get("/v1/me").json()["error"]["message"]


def test_refuses_a_revoked_key_at_once_and_no_other(world: World) -> None:
    api_key, secret = issue_key(world.owner.client, livemode=True)
    assert Api(secret).get("/v1/me").status_code == 200
    assert access.revoke(api_key)
    assert "revoked" in unauthenticated(world, Api(secret))
    assert world.api.get("/v1/me").status_code == 200


@pytest.mark.parametrize("method", ["api", "test_api"])
def test_refuses_a_suspended_client_in_both_modes(world: World, method: str) -> None:
    access.suspend(world.owner.client)
    api: Api = getattr(world.owner, method)
    refused(lambda: api.post(SWAP, world.order()), 403, "CLIENT_SUSPENDED")
    assert api.get("/v1/me").json()["error"]["code"] == "CLIENT_SUSPENDED"
    access.unsuspend(world.owner.client)
    assert api.get("/v1/me").status_code == 200


def test_keys_are_stored_as_hashes(world: World) -> None:
    row = ApiKey.objects.get(digest=keys.digest(world.owner.key))
    stored = " ".join(str(value) for value in ApiKey.objects.filter(pk=row.pk).values_list().get())
    assert world.owner.key not in stored
    assert world.owner.key[12:-4] not in stored
