"""GET /v1/catalog/backgrounds and /v1/catalog/backgrounds/{public_id}"""

import urllib.parse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client as HttpClient

from assets import storage
from assets.models import Background
from clients import ulids
from clients.callers import Caller
from clients.models import ApiKey
from tests.assets import samples
from tests.assets.conftest import Owner

pytestmark = pytest.mark.django_db

ROUTE = "/v1/catalog/backgrounds"


@pytest.fixture
def owner(new_client: Callable[[], Owner], folder: Path) -> Owner:
    return new_client()


def background(caller: Caller | None = None, **fields: Any) -> Background:
    if caller:
        fields |= {"client": caller.client, "livemode": caller.livemode}
    fields = {"key": "catalogue/a.jpg", "sha256": "0" * 64, "scene_type": "table", "mood": "bright", **fields}
    return Background.objects.create(**fields)


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [entry["public_id"] for entry in answer.json()["backgrounds"]]


def test_an_entry_as_clients_see_it(owner: Owner) -> None:
    storage.pictures().put("catalogue/oak.jpg", samples.picture(), "image/jpeg")
    job = ulids.new()
    made = background(
        owner.live,
        key="catalogue/oak.jpg",
        display_name="Oak",
        description="Warm planks.",
        dominant_colors=["#a8743f"],
        metadata={"seed": 3},
        generation_job_id=job,
    )
    now = datetime(2031, 5, 6, tzinfo=UTC)
    with time_machine.travel(now, tick=False):
        shown = owner.http.get(f"{ROUTE}/{made.id}").json()
        url = urllib.parse.urlsplit(shown.pop("image_url"))
        picture = HttpClient().get(f"{url.path}?{url.query}").getvalue()
    assert picture == storage.pictures().read("catalogue/oak.jpg", 10**6)
    assert int(urllib.parse.parse_qs(url.query)["X-Expires"][0]) == now.timestamp() + 300
    created_at = shown.pop("created_at")
    assert datetime.fromisoformat(created_at) == Background.objects.get().created_at
    assert created_at.endswith("Z")
    assert shown == {
        "public_id": made.id,
        "status": "active",
        "spec": {
            "display_name": "Oak",
            "scene_type": "table",
            "mood": "bright",
            "dominant_colors": ["#a8743f"],
            "metadata": {"seed": 3},
        },
        "description": "Warm planks.",
        "generation_job_public_id": job,
    }
    assert owner.http.get(ROUTE).json()["backgrounds"][0]["spec"] == shown["spec"]


def test_the_newest_come_first_page_by_page(owner: Owner) -> None:
    made = [background().id for _ in range(5)][::-1]
    first = owner.http.get(ROUTE, {"limit": 2})
    assert ids(first) == made[:2]
    second = owner.http.get(ROUTE, {"limit": 2, "cursor": first.json()["next_cursor"]})
    assert ids(second) == made[2:4]
    third = owner.http.get(ROUTE, {"limit": 2, "cursor": second.json()["next_cursor"]})
    assert ids(third) == made[4:]
    assert third.json()["next_cursor"] is None


def test_filters(owner: Owner) -> None:
    table, wall = background(), background(scene_type="wall")
    old = background(status="archived")
    assert ids(owner.http.get(ROUTE, {"scene_type": "wall"})) == [wall.id]
    assert ids(owner.http.get(ROUTE, {"status": "active"})) == [wall.id, table.id]
    assert ids(owner.http.get(ROUTE, {"status": "archived", "scene_type": "table"})) == [old.id]
    assert ids(owner.http.get(ROUTE)) == [old.id, wall.id, table.id]


@pytest.mark.parametrize(
    ("query", "loc", "kind"),
    [
        ("status=gone", "status", "enum"),
        ("limit=0", "limit", "greater_than_equal"),
        ("limit=201", "limit", "less_than_equal"),
        ("limit=x", "limit", "int_parsing"),
        ("cursor=x", "cursor", "value_error"),
        ("colour=red", "colour", "extra_forbidden"),
        ("scene_type=%00", "scene_type", "string_unicode"),
    ],
)
def test_a_wrong_query_is_refused(owner: Owner, query: str, loc: str, kind: str) -> None:
    answer = owner.http.get(f"{ROUTE}?{query}")
    assert answer.status_code == 422
    (fault,) = answer.json()["detail"]
    assert fault["loc"] == ["query", loc]
    assert fault["type"] == kind


def test_clients_and_modes_are_apart(owner: Owner, new_client: Callable[[], Owner]) -> None:
    shared, own = background(), background(owner.live)
    stranger = new_client()
    assert ids(owner.http.get(ROUTE)) == [own.id, shared.id]
    for http in (owner.test_http, stranger.http):
        assert ids(http.get(ROUTE)) == [shared.id]
        assert http.get(f"{ROUTE}/{shared.id}").status_code == 200


def test_foreign_unknown_and_malformed_ids_answer_alike(
    owner: Owner, new_client: Callable[[], Owner]
) -> None:
    theirs = background(new_client().live).id
    answers = [
        owner.http.get(f"{ROUTE}/{one}") for one in (theirs, ulids.new(), "x", theirs.lower(), "%00", "a%0Ab")
    ]
    answers.append(owner.test_http.get(f"{ROUTE}/{background(owner.live).id}"))
    for answer in answers:
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "RESOURCE_NOT_FOUND")
    assert len({answer.json()["error"]["message"] for answer in answers}) == 1


@pytest.mark.parametrize("route", [ROUTE, f"{ROUTE}/01K1R8Y3B7Q2M5T9W4X6Z8A1C3"])
def test_it_needs_a_key_that_may_read_jobs(owner: Owner, route: str) -> None:
    assert HttpClient().get(route).status_code == 401
    ApiKey.objects.update(capabilities=["jobs:create"])
    answer = owner.http.get(route)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "CAPABILITY_MISSING")


def test_whatever_a_caller_accepts_it_gets_json(owner: Owner) -> None:
    for accepted in ("text/html", "image/png", "*/*", "nonsense"):
        assert owner.http.get(ROUTE, headers={"Accept": accepted})["Content-Type"] == "application/json"
