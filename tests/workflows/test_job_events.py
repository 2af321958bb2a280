"""GET /v1/jobs/{public_id}/events."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import world as worlds
from tests.world import World, dispatch, faults, refused
from workflows import events

EVENT = {"seq", "event_type", "visibility", "stage", "message", "artifacts", "extra", "created_at"}


def test_tells_the_whole_story_in_order(world: World) -> None:
    job = dispatch(world)
    worlds.succeed(job)
    body = world.api.get(f"/v1/jobs/{job.id}/events").json()
    assert [event["event_type"] for event in body["events"]] == ["queued", "stage", "succeeded"]
    assert [event["seq"] for event in body["events"]] == [1, 2, 3]
    assert (body["public_id"], body["latest_seq"]) == (job.id, 3)
    assert all(set(event) == EVENT for event in body["events"])
    assert [len(event["artifacts"]) for event in body["events"]] == [0, 0, 1]


def test_a_failure_tells_its_refund(world: World) -> None:
    job = dispatch(world)
    worlds.fail(job)
    last = world.api.get(f"/v1/jobs/{job.id}/events").json()["events"][-1]
    assert (last["event_type"], last["stage"]) == ("failed", "cutting")
    assert last["extra"] == {"code": "NO_SUBJECT", "reasons": [], "refunded": 5}


@pytest.mark.parametrize(
    ("since", "seqs", "latest"), [(0, [1, 2, 3], 3), (1, [2, 3], 3), (2, [3], 3), (3, [], 3)]
)
def test_since_leaves_out_what_was_seen(world: World, since: int, seqs: list[int], latest: int) -> None:
    job = dispatch(world)
    worlds.succeed(job)
    body = world.api.get(f"/v1/jobs/{job.id}/events?since={since}").json()
    assert ([event["seq"] for event in body["events"]], body["latest_seq"]) == (seqs, latest)


def test_a_cursor_ahead_of_the_job_does_not_lead_past_what_comes(world: World) -> None:
    job = dispatch(world)
    latest = world.api.get(f"/v1/jobs/{job.id}/events?since=900").json()["latest_seq"]
    assert latest == 1


def test_what_is_for_staff_is_not_shown(world: World) -> None:
    job = dispatch(world)
    events.append_internal(job.id, "Studio said 500", attempt=3)
    worlds.begin(job)
    shown = world.api.get(f"/v1/jobs/{job.id}/events").json()["events"]
    assert [event["message"] for event in shown] == ["Accepted and charged.", "Studio has it."]
    assert "Studio said" not in world.api.get(f"/v1/jobs/{job.id}").content.decode()


@pytest.mark.parametrize(
    ("query", "name", "kind"),
    [
        ("since=-1", "since", "greater_than_equal"),
        ("since=x", "since", "int_parsing"),
        ("since=", "since", "int_parsing"),
        ("since=2147483648", "since", "less_than_equal"),
        ("after=1", "after", "extra_forbidden"),
    ],
)
def test_refuses_a_wrong_parameter(world: World, query: str, name: str, kind: str) -> None:
    path = f"/v1/jobs/{dispatch(world).id}/events?{query}"
    body = refused(lambda: world.api.get(path), 422, "VALIDATION_ERROR", logged=False)
    assert faults(body) == [(("query", name), kind)]


def test_the_events_and_the_latest_seq_are_of_one_moment(world: World) -> None:
    """Of two queries, the second could know an event that the first did not; nobody would ever be told it."""
    job = dispatch(world)
    with CaptureQueriesContext(connection) as queries:
        world.api.get(f"/v1/jobs/{job.id}/events?since=9")
    assert sum("workflows_jobevent" in query["sql"] for query in queries) == 1
