"""GET /v1/request-logs and /v1/request-logs/{request_id}."""

import json
from datetime import datetime
from itertools import chain
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients import ulids
from tests import world as worlds
from tests.world import SWAP, Api, World, dispatch, faults, pages, refused
from workflows.models import RequestLog

ROW = {
    "request_id", "method", "path", "workflow", "status", "error_code", "error_message", "duration_ms",
    "job_id", "credits", "idempotency_key", "replayed", "created_at",
}  # fmt: skip


def logs(world: World, query: str = "") -> list[dict[str, Any]]:
    answer = world.api.get(f"/v1/request-logs{query}")
    assert answer.status_code == 200, answer.content
    return list(answer.json()["request_logs"])


def test_an_accepted_request(world: World) -> None:
    accepted = world.api.post(SWAP, world.order(), Idempotency_Key="order-1").json()
    row = world.api.get(f"/v1/request-logs/{accepted['request_id']}").json()
    assert set(row) == ROW
    assert (row["method"], row["path"], row["status"]) == ("POST", SWAP, 202)
    assert (row["job_id"], row["credits"]) == (accepted["job_id"], 5)
    assert row["workflow"] == "background-swap-with-image"
    assert (row["idempotency_key"], row["replayed"]) == ("order-1", False)
    assert (row["error_code"], row["error_message"]) == (None, None)
    assert 0 <= row["duration_ms"] < 60_000


def test_a_refused_request(world: World) -> None:
    answer = world.api.post(SWAP, {"output_preset": 5})
    row = world.api.get(f"/v1/request-logs/{answer['X-Request-Id']}").json()
    assert (row["status"], row["error_code"]) == (422, "VALIDATION_ERROR")
    assert row["error_message"] == answer.json()["error"]["message"]
    assert (row["job_id"], row["credits"]) == (None, 0)


def test_lists_newest_first(world: World) -> None:
    dispatch(world)
    sent = [world.api.post(SWAP, {})["X-Request-Id"] for _ in range(2)]
    assert [row["request_id"] for row in logs(world)][:2] == sent[::-1]
    assert len(logs(world)) == 3


def test_reads_are_not_logged(world: World) -> None:
    for path in ("/v1/me", "/v1/jobs", "/v1/jobs/nothing"):
        world.api.get(path)
    assert logs(world) == []


def test_cursors_lead_through_all(world: World) -> None:
    sent = [world.api.post(SWAP, {})["X-Request-Id"] for _ in range(5)]
    found = chain(*pages(world.api, "/v1/request-logs", "request_logs", 2))
    assert [row["request_id"] for row in found] == sent[::-1]


def test_filters_by_status_and_code(world: World) -> None:
    dispatch(world)
    world.api.post(SWAP, {})
    world.api.post("/v1/jobs", {})
    assert [row["status"] for row in logs(world, "?status=422")] == [422]
    assert [row["status"] for row in logs(world, "?error_code=METHOD_NOT_ALLOWED")] == [405]
    assert logs(world, "?status=202&error_code=VALIDATION_ERROR") == []


def test_filters_by_job_key_and_workflow(world: World) -> None:
    accepted = world.api.post(SWAP, world.order(), Idempotency_Key="order-1")
    again = world.api.post(SWAP, world.order(), Idempotency_Key="order-1")
    job_id = accepted.json()["job_id"]
    cancelled = world.api.post(f"/v1/jobs/{job_id}/cancel", {})
    dispatch(world)
    first, repeat, cancel = (answer["X-Request-Id"] for answer in (accepted, again, cancelled))
    assert ids(world, f"job_id={job_id}") == [cancel, repeat, first]
    assert ids(world, "idempotency_key=order-1") == [repeat, first]
    assert ids(world, "replayed=true") == [repeat]
    assert len(ids(world, "replayed=false")) == 3
    assert ids(world, f"replayed=false&job_id={job_id}&workflow=background-swap-with-image") == [first]
    assert len(ids(world, "workflow=background-swap-with-image")) == 3
    for stranger in (world.owner.test_api, worlds.new_owner().api):
        assert ids(world, f"job_id={job_id}", stranger) == []


def ids(world: World, query: str, api: Api | None = None) -> list[str]:
    answer = (api or world.api).get(f"/v1/request-logs?{query}")
    assert answer.status_code == 200, answer.content
    return [row["request_id"] for row in answer.json()["request_logs"]]


def test_filters_by_the_time_of_the_ulid(world: World) -> None:
    third, second, first = (at(world, moment) for moment in ("12:00:00.003", "12:00:00.002", "12:00:00.001"))
    for bounds, found in [
        (("00.001", "00.003"), [second]),
        (("00.000999", "00.003001"), [third, second, first]),
        (("00.001", "00.002001"), [second]),
        (("00.0015", "00.0025"), [second]),
        (("00.003", "05"), []),
    ]:
        after, before = (f"2026-01-31T12:00:{bound}Z" for bound in bounds)
        assert ids(world, f"created_after={after}&created_before={before}") == found, bounds
    assert ids(world, "created_before=2026-01-31T13:00:00.002%2B01:00") == [first]
    for ever in ("created_after=0001-01-01", "created_before=9999-12-31T23:59:59.999999Z"):
        assert ids(world, ever) == [third, second, first]
    assert ids(world, "created_before=0001-01-01") == []
    assert ids(world, f"created_after=2026-01-31&cursor={second}") == [first]


def at(world: World, moment: str) -> str:
    """The id of a request that came at this time of a day."""
    request_id = ulids.first_at(datetime.fromisoformat(f"2026-01-31T{moment}Z"))
    caller = world.owner.caller()
    RequestLog.objects.create(
        id=request_id, client=caller.client, livemode=True, api_key=caller.api_key, method="POST",
        path=SWAP, status=422, duration_ms=5,
    )  # fmt: skip
    return request_id


def test_bounds_in_time_spare_the_other_partitions(world: World) -> None:
    with CaptureQueriesContext(connection) as queries:
        ids(world, "created_after=2026-11-01&created_before=2026-12-01")
    (query,) = (query["sql"] for query in queries if 'FROM "request_logs"' in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {query}")
        plan = str(cursor.fetchall())
    assert "request_logs_2026_11" in plan
    assert "request_logs_2026_12" not in plan
    assert "request_logs_other" not in plan


def test_the_body_of_a_refused_request_is_for_staff(world: World) -> None:
    answer = world.api.post(SWAP, {"nonsense": "only staff reads this"})
    assert RequestLog.objects.get(id=answer["X-Request-Id"]).body
    assert "only staff" not in world.api.get("/v1/request-logs").content.decode()


def test_a_key_in_a_refused_body_or_path_is_nowhere_to_be_read(world: World) -> None:
    secrets = (world.owner.key, world.owner.test_key, world.owner.signing_secret)
    world.api.post(SWAP, {name: name for name in secrets})
    for secret in secrets:
        world.api.post(SWAP, {secret: 1})
        world.api.post(f"/v1/jobs/{secret}", {})
    kept = json.dumps(list(RequestLog.objects.values("path", "body", "error_message")))
    assert kept.count("sk_live_") > 2
    assert not [secret for secret in secrets if secret[12:] in kept]


@pytest.mark.parametrize(
    "query",
    [
        "status=99",
        "status=600",
        "status=x",
        "error_code=%00",
        "limit=x",
        "job_id=x",
        "job_id=",
        "workflow=no-such",
        "idempotency_key=",
        "replayed=yes",
        "created_after=then",
        "created_before=2026-02-30",
        "method=POST",
    ],
)
def test_refuses_a_wrong_parameter(world: World, query: str) -> None:
    body = refused(lambda: world.api.get(f"/v1/request-logs?{query}"), 422, "VALIDATION_ERROR", logged=False)
    assert [fault[0] for fault in faults(body)] == [("query", query.partition("=")[0])]
