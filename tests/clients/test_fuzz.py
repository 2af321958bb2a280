"""Whatever is sent, the answer is one of the contract's: never a 500, never credits without a job."""

import json
import urllib.parse
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests import world as worlds
from tests.world import SWAP, Answer, World
from workflows.models import Job

often = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
text = some.text(some.characters(blacklist_categories=()), max_size=40)
fields = some.sampled_from([worlds.SOURCE, worlds.RENDER, worlds.BACKGROUND, worlds.PRESET, worlds.BRAND])
scalars = some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | text
values = some.recursive(
    scalars, lambda inner: some.lists(inner) | some.dictionaries(text, inner), max_leaves=8
)
latin = some.text(some.characters(max_codepoint=255, blacklist_characters="\r\n"), max_size=60)


def check(answer: Answer, *statuses: int) -> None:
    assert answer.status_code in statuses, answer.content
    assert answer["X-Request-Id"]
    if answer.status_code >= 400:
        assert answer.json()["error"]["request_id"] == answer["X-Request-Id"]


def check_books(world: World) -> None:
    assert world.owner.account().balance == 100 - 5 * Job.objects.count()


@often
@given(changes=some.dictionaries(fields | text, values, max_size=4))
def test_any_fields(world: World, changes: dict[str, Any]) -> None:
    check(world.api.post(SWAP, json.dumps(world.order(**changes)).encode()), 202, 422, 402)
    check_books(world)


@often
@given(raw=some.binary(max_size=200) | values.map(lambda value: json.dumps(value).encode()))
def test_any_body(world: World, raw: bytes) -> None:
    check(world.api.post(SWAP, raw), 422)
    check_books(world)


@often
@given(
    name=some.sampled_from(
        [
            "Idempotency-Key",
            "X-Max-Credits",
            "X-Shopify-Hmac-Sha256",
            "Accept",
            "Host",
            "X-Request-Id",
            "Cookie",
        ]
    ),
    value=latin,
)
def test_any_header(world: World, name: str, value: str) -> None:
    answer = world.api.request("POST", SWAP, json.dumps(world.order()).encode(), headers={name: value})
    check(answer, 202, 401, 402, 404, 422)
    check_books(world)


@often
@given(value=latin)
def test_any_authorization(world: World, value: str) -> None:
    check(world.api.request("GET", "/v1/me", headers={"Authorization": f"Bearer {value}"}), 401)


@pytest.mark.parametrize("path", ["/v1/jobs", "/v1/renders", "/v1/request-logs", "/v1/credits/entries"])
@often
@given(
    query=some.dictionaries(
        some.sampled_from(["limit", "offset", "cursor", "status", "created_after", "pilot_brand", "job_type"])
        | some.text(max_size=5),
        some.text(max_size=30) | some.integers().map(str) | some.datetimes().map(str),
        max_size=3,
    )
)
def test_any_query(world: World, path: str, query: dict[str, str]) -> None:
    given = urllib.parse.urlencode(query, errors="replace")
    check(world.api.get(f"{path}?{given}"), 200, 422)
