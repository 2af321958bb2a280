"""The connection to PostgreSQL is cut at COMMIT: the client is told what really happened."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from billing.models import LedgerEntry
from tests.clients import door
from tests.clients.door import Door
from tests.lives.conftest import World
from workflows import audit
from workflows.models import Job, RequestLog


@pytest.fixture
def before(world: World) -> Iterator[Door]:
    """A door between Django and PostgreSQL."""
    options = connections.settings["default"]["OPTIONS"]
    host = options["host"]
    with door.before(Path(host)) as made:
        connections.close_all()
        options["host"] = str(made.folder)
        yield made
        connections.close_all()
        options["host"] = host


def _post(world: World) -> Any:
    connection.ensure_connection()
    return world.http.post(
        "/v1/background-swap-with-image",
        world.body,
        content_type="application/json",
        headers={"Idempotency-Key": "order-1"},
    )


def test_a_commit_that_arrived_is_a_202(world: World, before: Door) -> None:
    before.cut_at(b"COMMIT", arrives=True)
    answer = _post(world)
    assert answer.status_code == 202
    assert Job.objects.get().id == answer.json()["job_id"]
    assert RequestLog.objects.get(job_id=answer.json()["job_id"]).status == 202
    assert world.balance() == 95
    assert audit.audit().breaches == []


def test_a_commit_that_never_arrived_is_a_503_and_charges_nothing(world: World, before: Door) -> None:
    before.cut_at(b"COMMIT", arrives=False)
    answer = _post(world)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "2"
    assert not Job.objects.exists()
    assert not LedgerEntry.objects.filter(kind="CHARGE").exists()
    log = RequestLog.objects.get(id=answer["X-Request-Id"])
    assert (log.error_code, log.job_id, log.credits) == ("SERVICE_UNAVAILABLE", None, 0)
    assert (log.workflow, log.idempotency_key) == ("background-swap-with-image", "order-1")
    assert world.balance() == 100


@pytest.mark.parametrize("arrives", [True, False])
def test_a_commit_that_nobody_can_ask_about_is_said_to_be_in_doubt(
    world: World, before: Door, arrives: bool
) -> None:
    before.cut_at(b"COMMIT", arrives=arrives, for_good=True)
    answer = _post(world)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["charged"]) == (503, "SERVICE_UNAVAILABLE", None)
    assert "Idempotency-Key" in error["message"]
    assert int(answer["Retry-After"]) > 0
    before.open()
    connection.close()
    again = _post(world)
    assert (again.status_code, again.headers.get("Idempotent-Replayed")) == (202, "true" if arrives else None)
    assert Job.objects.get().id == again.json()["job_id"]
    assert world.balance() == 95
