"""How long Studio asks us to wait, from the header to the next call: honoured, capped, or ignored."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from django.db import connection

from clients import ulids
from tests.lives import belt
from tests.lives.conftest import World
from tests.lives.scripted_studio import ScriptedStudio, error
from workflows import dispatch, follow, scheduler, tasks
from workflows.models import StudioPace

# The clock of Studio is its own business: its date counts against its own `Date`.
THERE = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
FULL = {"error": error("queue_full", retryable=True)}
OURS = (0.0, 1.0)


def on_the_wire(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


def seconds_until_the_next_call(job_id: str) -> float:
    """By the database's clock: the later of the job's alarm and the end of the pause."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM greatest(next_action_at, pause_ends) - now())::float"
            " FROM workflows_job, (SELECT max(next_at) AS pause_ends FROM workflows_studiopace) AS pace"
            " WHERE id = %s",
            [ulids.to_uuid(job_id)],
        )
        return float(cursor.fetchone()[0])


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("header", "bounds"),
    [
        ("40", (39.0, 40.0)),
        ("120", (119.0, 120.0)),
        ("301", (299.0, 300.0)),
        (on_the_wire(THERE + timedelta(seconds=90)), (89.0, 90.0)),
        (on_the_wire(THERE + timedelta(hours=3)), (299.0, 300.0)),
        (on_the_wire(THERE - timedelta(hours=3)), OURS),
        (on_the_wire(THERE + timedelta(days=9)), OURS),
        ("-5", OURS),
        ("1000000000", OURS),
        ("9" * 400, OURS),
        ("NaN", OURS),
        ("Infinity", OURS),
        ("soon", OURS),
        ("", OURS),
    ],
)
def test_a_header_is_a_wait(
    world: World, studio: ScriptedStudio, status: int, header: str, bounds: tuple[float, float]
) -> None:
    studio.submit, studio.headers = (status, FULL), {"Retry-After": header, "Date": on_the_wire(THERE)}
    job_id = world.accept()
    dispatch.dispatch(job_id)
    least, most = bounds
    wait = seconds_until_the_next_call(job_id)
    # What has passed since is not the product's.
    assert least - 20 < wait <= most


def test_the_next_call_comes_when_the_wait_is_over_and_not_before(
    world: World, studio: ScriptedStudio
) -> None:
    studio.submit, studio.headers = (429, FULL), {"Retry-After": "120"}
    job_ids = [world.accept() for _ in range(3)]
    with belt.running(1) as workers:
        workers.tick()
        for _ in range(5):
            belt.pass_time(20)
            workers.tick()
        assert len(studio.puts()) == 1
        belt.pass_time(20)
        workers.tick()
        assert len(studio.puts()) == 2
    assert {world.job(job_id).status for job_id in job_ids} == {"NOT_STARTED"}


@pytest.mark.parametrize("body", [FULL, "<html>no server is ready</html>"], ids=["studio", "between"])
def test_a_sweep_keeps_it_too(world: World, studio: ScriptedStudio, body: object) -> None:
    job_id = world.accept()
    dispatch.dispatch(job_id)
    studio.headers = {"Retry-After": "60"}
    studio.answer = lambda *_: (503, body)  # type: ignore[method-assign]
    follow.follow([job_id])
    assert 40 < seconds_until_the_next_call(job_id) <= 60
    assert StudioPace.objects.get(livemode=True, step="follow").allowance == 1
    assert world.job(job_id).status == "IN_PROGRESS"
    belt.pass_time(30)
    scheduler.tick()
    assert StudioPace.objects.get(livemode=True, step="follow").probe is None


def test_the_wait_of_a_failed_job_is_that_jobs_alone(world: World, studio: ScriptedStudio) -> None:
    waits, other = world.accept(), world.accept()
    for job_id in (waits, other):
        dispatch.dispatch(job_id)
    failed = {**error("worker_crashed", retryable=True), "retry_after_s": 100}
    studio.says(waits, "FAILURE", error=failed)
    studio.says(other, "IN_PROGRESS", stage="cut", progress=0.5)
    tasks.follow_jobs(job_ids=[waits, other])
    assert 80 < seconds_until_the_next_call(waits) <= 100
    assert seconds_until_the_next_call(other) < 20
    assert not StudioPace.objects.exclude(allowance=None).exists()
