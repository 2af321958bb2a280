"""A worker whose clock is an hour off: the database's decides on alarms, leases, deadlines and pauses."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import time_machine
from django.db import connection
from django.db.models.functions import Now

from assets import signed_urls
from clients import ulids
from studio_client import StudioJob
from tests.lives import belt
from tests.lives.conftest import World
from tests.lives.scripted_studio import ScriptedStudio, error
from workflows import dispatch, follow, settle
from workflows.models import Job, StudioPace

AN_HOUR = timedelta(hours=1)
OFF = pytest.mark.parametrize("off", [AN_HOUR, -AN_HOUR], ids=["ahead", "behind"])


@pytest.fixture
def wrong_clock(world: World, studio: ScriptedStudio, off: timedelta) -> Iterator[None]:
    """Everything in this process but the database lives an hour later, or earlier."""
    with time_machine.travel(datetime.now(UTC) + off, tick=True):
        yield


def from_now(job_id: str, column: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT extract(epoch FROM {column} - now())::float FROM workflows_job WHERE id = %s",
            [ulids.to_uuid(job_id)],
        )
        return float(cursor.fetchone()[0])


@OFF
def test_a_job_goes_through(world: World, studio: ScriptedStudio, wrong_clock: None) -> None:
    job_id = world.accept()
    with belt.running(1) as workers:
        workers.tick()
        assert studio.puts() == [job_id]
        studio.says(job_id, "IN_PROGRESS", stage="cut", progress=0.5)
        Job.objects.update(started_at=Now() - timedelta(minutes=1))
        belt.pass_time(20)
        workers.tick()
        assert world.job(job_id).stage == "cut"
        workers.tick()
        assert len(studio.asked) == 2, "looked at again before its time"
        studio.says(job_id, "SUCCESS", outputs=[world.deliver(job_id)])
        belt.pass_time(20)
        workers.tick()
    assert world.job(job_id).status == "SUCCESS"
    assert world.kinds(job_id) == ["CHARGE"]


@OFF
def test_alarms_leases_and_deadlines_are_the_databases(
    world: World, studio: ScriptedStudio, wrong_clock: None
) -> None:
    job_id = world.accept()
    assert 600 < from_now(job_id, "deadline_at") <= 900
    claimed = dispatch._claim(job_id)
    assert claimed is not None
    assert 0 < from_now(job_id, "lease_until") <= 40
    dispatch._record(claimed, StudioJob(job_id=job_id, status="IN_PROGRESS", version=1))
    for answers in (200, 500):
        studio.batch_status = answers
        follow.follow([job_id])
        assert -60 < from_now(job_id, "next_action_at") <= 2
    assert settle.expire() == 0
    assert world.job(job_id).status == "IN_PROGRESS"


@OFF
def test_a_pause_is_as_long_as_it_should_be(world: World, studio: ScriptedStudio, wrong_clock: None) -> None:
    studio.submit = (429, {"error": error("queue_full", retryable=True)})
    there = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
    soon = format_datetime(there + timedelta(seconds=60), usegmt=True)
    studio.headers = {"Date": format_datetime(there, usegmt=True), "Retry-After": soon}
    job_id = world.accept()
    with belt.running(1) as workers:
        for _ in range(3):
            workers.tick()
    assert len(studio.puts()) == 1
    assert 0 < from_now(job_id, "next_action_at") <= 60
    assert StudioPace.objects.filter(allowance=1).count() == 1


@OFF
def test_what_studio_may_fetch_ends_with_the_deadline_all_the_same(
    world: World, studio: ScriptedStudio, wrong_clock: None, off: timedelta
) -> None:
    """The lifetime and the signature are reckoned with one and the same clock: its error cancels out."""
    job_id = world.accept()
    dispatch.dispatch(job_id)
    url = studio.asked[0][2]["source"]["url"]
    query = dict(pair.split("=") for pair in url.partition("?")[2].split("&"))
    deadline = Job.objects.get(id=job_id).deadline_at
    assert abs(int(query[signed_urls.EXPIRES]) - (deadline + timedelta(seconds=60)).timestamp()) < 2
