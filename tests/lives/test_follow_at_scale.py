"""Following thousands: few calls, few statements, and still nothing written over what others wrote.

`RUNNING=5000 .venv/bin/python manage.py test tests/lives/test_follow_at_scale.py -n 0 -s` measures it.
"""

import os
import sys
import time
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from billing import ledger
from billing.models import CreditAccount
from clients import ulids
from studio_client import BATCH_LIMIT
from tests import databases
from tests.lives.conftest import World
from tests.lives.scripted_studio import ScriptedStudio
from workflows import follow, scheduler
from workflows.models import Job
from workflows.statuses import JobStatus

RUNNING = int(os.environ.get("RUNNING", "210"))
STATEMENTS_OF_A_CALL = 6


def start(world: World, studio: ScriptedStudio, jobs: int) -> list[str]:
    """Jobs that run at Studio, and whose alarm has gone off."""
    ledger.grant(world.account, 5 * jobs, source="for many")
    CreditAccount.objects.filter(id=world.account.id).update(open_jobs_limit=2 * jobs)
    job_ids = [world.accept() for _ in range(jobs)]
    # Old enough that the next look is not due before the test has looked.
    began = Now() - timedelta(minutes=1)
    Job.objects.update(status=JobStatus.IN_PROGRESS, attempt=1, started_at=began, studio_version=1)
    for job_id in job_ids:
        studio.says(job_id, "IN_PROGRESS", stage="cut", progress=0.1)
    Job.objects.update(next_action_at=Now() - timedelta(seconds=1))
    return job_ids


@pytest.fixture
def running(world: World, studio: ScriptedStudio) -> list[str]:
    return start(world, studio, 5)


def due(job_ids: list[str]) -> set[str]:
    """Those of these jobs whose alarm stands where it stood before the sweep."""
    rows = Job.objects.filter(id__in=job_ids, next_action_at__lte=Now())
    return set(rows.values_list("id", flat=True))


def while_asked(studio: ScriptedStudio, happens: Callable[[], object]) -> None:
    """Something happens after a question has reached Studio and before its answer is back."""
    answer = studio.answer

    def slowly(method: str, path: str, body: dict[str, object]) -> tuple[int, object]:
        said = answer(method, path, body)
        try:
            happens()
        finally:
            connection.close()
        return said

    studio.answer = slowly  # type: ignore[method-assign]


def test_a_sweep_over_many_is_few_calls_and_few_statements(world: World, studio: ScriptedStudio) -> None:
    job_ids = start(world, studio, RUNNING)
    began = time.monotonic()
    with CaptureQueriesContext(connection) as statements:
        follow.follow(job_ids)
    seconds = time.monotonic() - began
    calls = -(-RUNNING // BATCH_LIMIT)
    assert [path for _, path, _ in studio.asked] == ["/v1/jobs:batchStatus"] * calls
    assert len(statements) <= STATEMENTS_OF_A_CALL * calls
    assert due(job_ids) == set()
    assert not Job.objects.filter(next_action_at__gt=Now() + timedelta(seconds=15)).exists()
    assert set(Job.objects.values_list("version", "studio_version", "trouble")) == {(1, 1, "")}
    sys.stdout.write(
        f"\n{RUNNING} jobs: {calls} calls, {len(statements)} statements"
        f" ({len(statements) / RUNNING:.3f} for each job), {seconds:.2f} s\n"
    )


def test_what_is_rung_in_one_message_is_one_call(world: World, studio: ScriptedStudio) -> None:
    assert scheduler._FOLLOW_BATCH == BATCH_LIMIT


def test_jobs_with_news_are_told_among_those_without(
    world: World, studio: ScriptedStudio, running: list[str]
) -> None:
    fails, moves, lost, *silent = running
    studio.fails(fails, "no_subject")
    studio.says(moves, "IN_PROGRESS", stage="matte", progress=0.7)
    del studio.jobs[lost]
    follow.follow(running)
    world.assert_refunded(fails, "NO_SUBJECT")
    assert (world.job(moves).stage, world.job(moves).progress) == ("matte", 0.7)
    assert world.job(lost).resubmit is True
    assert {world.job(job_id).version for job_id in silent} == {1}
    assert due(running) == set()


@pytest.mark.parametrize("answers", [200, 500])
def test_what_others_wrote_meanwhile_stands(
    world: World, studio: ScriptedStudio, running: list[str], answers: int
) -> None:
    claimed, given_back, newer, ended, same = running
    studio.batch_status = answers
    alarm = Now() + timedelta(hours=1)

    def others() -> None:
        Job.objects.filter(id=claimed).update(attempt=2, next_action_at=alarm)
        Job.objects.filter(id=given_back).update(resubmit=True, next_action_at=alarm)
        Job.objects.filter(id=newer).update(studio_version=2, next_action_at=alarm)
        world.http.post(f"/v1/jobs/{ended}/cancel", content_type="application/json")

    while_asked(studio, others)
    follow.follow(running)
    for job_id in (claimed, given_back, newer):
        at = world.job(job_id).next_action_at
        assert at is not None
        assert at > world.job(same).created_at + timedelta(minutes=50)
    world.assert_refunded(ended, "CANCELLED")
    assert due(running) == set()


def test_a_job_that_somebody_holds_is_passed_by(
    world: World, studio: ScriptedStudio, running: list[str]
) -> None:
    held, *others = running
    with psycopg.connect(databases.Database(connection.settings_dict["NAME"]).url) as psql:
        psql.execute("SELECT 1 FROM workflows_job WHERE id = %s FOR UPDATE", [ulids.to_uuid(held)])
        follow.follow(running)
        assert due(running) == {held}
    assert due(others) == set()


def test_a_studio_without_an_answer_is_one_statement_for_all(
    world: World, studio: ScriptedStudio, running: list[str]
) -> None:
    studio.batch_status = 500
    with CaptureQueriesContext(connection) as statements:
        follow.follow(running)
    assert sum('UPDATE "workflows_job"' in query["sql"] for query in statements.captured_queries) == 1
    assert due(running) == set()
    assert set(Job.objects.values_list("trouble", flat=True)) == {"unknown"}


def test_a_sweep_that_takes_long_leaves_the_rest_to_the_next_ring(
    world: World, studio: ScriptedStudio, running: list[str], settings: Settings
) -> None:
    for job_id in running:
        studio.fails(job_id, "no_subject")
    settings.RING_AGAIN_AFTER = timedelta(0)
    follow.follow(running)
    ended = Job.objects.filter(status=JobStatus.FAILURE).count()
    assert ended < len(running)
    settings.RING_AGAIN_AFTER = timedelta(seconds=10)
    follow.follow(running)
    assert Job.objects.filter(status=JobStatus.FAILURE).count() == len(running)
