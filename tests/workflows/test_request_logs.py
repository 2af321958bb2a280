"""GET /v1/request-logs and /v1/request-logs/{request_id}."""

import json
from itertools import chain
from typing import Any

import pytest

from tests.world import SWAP, World, dispatch, faults, pages, refused
from workflows.models import RequestLog

ROW = {
    "request_id", "method", "path", "status", "error_code", "error_message", "duration_ms", "job_id",
    "credits", "idempotency_key", "replayed", "created_at",
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
    "query", ["status=99", "status=600", "status=x", "error_code=%00", "limit=x", "job_id=x"]
)
def test_refuses_a_wrong_parameter(world: World, query: str) -> None:
    body = refused(lambda: world.api.get(f"/v1/request-logs?{query}"), 422, "VALIDATION_ERROR", logged=False)
    assert [fault[0] for fault in faults(body)] == [("query", query.partition("=")[0])]
