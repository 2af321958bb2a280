"""GET /v1/credits/entries."""

from itertools import chain

import pytest

from tests import world as worlds
from tests.world import World, dispatch, faults, pages, refused

ENTRY = {
    "kind", "amount", "balance_after", "seq", "hash", "job_id", "request_id", "description", "created_at",
}  # fmt: skip


def test_shows_grant_charge_and_refund(world: World) -> None:
    job = dispatch(world)
    worlds.fail(job)
    body = world.api.get("/v1/credits/entries").json()
    shown = [
        (entry["kind"], entry["amount"], entry["balance_after"], entry["seq"]) for entry in body["entries"]
    ]
    assert shown == [("REFUND", 5, 100, 3), ("CHARGE", -5, 95, 2), ("GRANT", 100, 100, 1)]
    assert [entry["job_id"] for entry in body["entries"]] == [job.id, job.id, None]
    assert {entry["request_id"] for entry in body["entries"]} == {job.request_id, None}
    assert all(set(entry) == ENTRY and len(entry["hash"]) == 64 for entry in body["entries"])
    assert body["next_cursor"] is None


def test_a_refused_request_is_no_entry(world: World) -> None:
    world.api.post(worlds.SWAP, {})
    assert len(world.api.get("/v1/credits/entries").json()["entries"]) == 1


@pytest.mark.parametrize("limit", [1, 3, 6])
def test_cursors_lead_through_the_whole_ledger(world: World, limit: int) -> None:
    for _ in range(5):
        dispatch(world)
    found = chain(*pages(world.api, "/v1/credits/entries", "entries", limit))
    assert [entry["seq"] for entry in found] == [6, 5, 4, 3, 2, 1]


def test_a_stranger_sees_only_its_own(world: World) -> None:
    dispatch(world)
    stranger = worlds.new_owner(credits=7)
    (entry,) = stranger.api.get("/v1/credits/entries").json()["entries"]
    assert (entry["kind"], entry["amount"], entry["seq"]) == ("GRANT", 7, 1)


def test_filters_by_kind_job_and_time(world: World) -> None:
    first, second = dispatch(world), dispatch(world)
    worlds.fail(second)
    assert shown(world, f"job_id={first.id}") == [2]
    assert shown(world, f"job_id={second.id}") == [4, 3]
    assert shown(world, "kind=GRANT") == [1]
    assert shown(world, "kind=CHARGE") == [3, 2]
    assert shown(world, f"kind=REFUND&job_id={second.id}") == [4]
    assert shown(world, f"kind=REFUND&job_id={first.id}") == []
    (entry,) = world.api.get(f"/v1/credits/entries?job_id={first.id}").json()["entries"]
    after = f"created_after={entry['created_at']}"
    assert shown(world, after) == [4, 3]
    assert shown(world, f"{after}&kind=CHARGE") == [3]
    assert shown(world, "kind=CHARGE&cursor=3") == [2]


def shown(world: World, query: str) -> list[int]:
    answer = world.api.get(f"/v1/credits/entries?{query}")
    assert answer.status_code == 200, answer.content
    return [entry["seq"] for entry in answer.json()["entries"]]


def test_a_strangers_job_has_no_entries_here(world: World) -> None:
    job = dispatch(world)
    for api in (world.owner.test_api, worlds.new_owner().api):
        assert api.get(f"/v1/credits/entries?job_id={job.id}").json()["entries"] == []


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("cursor=0", "greater_than_equal"),
        ("cursor=x", "int_parsing"),
        ("cursor=", "int_parsing"),
        ("cursor=99999999999999999999", "less_than_equal"),
        ("limit=500", "less_than_equal"),
        ("kind=grant", "enum"),
        ("kind=GRANT&kind=CHARGE", "value_error"),
        ("job_id=x", "value_error"),
        ("created_after=then", "datetime_parsing"),
        ("created_before=2026-01-01", "extra_forbidden"),
    ],
)
def test_refuses_a_wrong_parameter(world: World, query: str, kind: str) -> None:
    path = f"/v1/credits/entries?{query}"
    body = refused(lambda: world.api.get(path), 422, "VALIDATION_ERROR", logged=False)
    assert faults(body) == [(("query", query.partition("=")[0]), kind)]
