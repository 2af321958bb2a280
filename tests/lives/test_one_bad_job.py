"""A job that can't be carried on costs its neighbours nothing, and ends at its own deadline."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from tests import waiting
from tests.lives import breakage
from tests.lives.conftest import World
from tests.lives.scripted_studio import ScriptedStudio
from workflows import dispatch, settle, studios, tasks


@pytest.mark.parametrize("spoilt", [0, 1, 2])
def test_a_sweep_carries_the_others(world: World, studio: ScriptedStudio, spoilt: int) -> None:
    job_ids = sorted(world.accept() for _ in range(3))
    for job_id in job_ids:
        dispatch.dispatch(job_id)
        studio.says(job_id, "SUCCESS", outputs=[world.deliver(job_id)])
    bad = job_ids.pop(spoilt)
    breakage.spoil(bad, "inputs = '{}'")
    tasks.follow_jobs(job_ids=[bad, *job_ids])
    assert {world.job(job_id).status for job_id in job_ids} == {"SUCCESS"}
    assert world.job(bad).status == "IN_PROGRESS"


def test_a_sweep_carries_those_that_the_database_takes(world: World, studio: ScriptedStudio) -> None:
    job_ids = [world.accept() for _ in range(3)]
    for job_id in job_ids:
        dispatch.dispatch(job_id)
        studio.fails(job_id, "no_subject")
    breakage.make_unsettleable(job_ids[0])
    tasks.follow_jobs(job_ids=job_ids)
    assert [world.job(job_id).status for job_id in job_ids] == ["IN_PROGRESS", "FAILURE", "FAILURE"]


def test_a_workflow_that_is_gone_ends_at_the_deadline(
    world: World, studio: ScriptedStudio, settings: Settings
) -> None:
    settings.JOB_DEADLINE = timedelta(milliseconds=1500)
    gone, other = world.accept(), world.accept()
    breakage.spoil(gone, "workflow = 'long-gone'")
    tasks.dispatch_jobs(job_ids=[gone, other])
    assert world.job(other).status == "IN_PROGRESS"
    assert world.http.get(f"/v1/jobs/{gone}").json()["status"] == "NOT_STARTED"
    waiting.until(lambda: settle.expire() and world.job(gone).finished_at)
    world.assert_refunded(gone, "DEADLINE_EXCEEDED")


def test_a_mode_without_its_studio_waits(world: World, studio: ScriptedStudio, settings: Settings) -> None:
    running, waits = world.accept(), world.accept()
    dispatch.dispatch(running)
    settings.STUDIO_URL = ""
    studios.of.cache_clear()
    tasks.follow_jobs(job_ids=[running])
    tasks.dispatch_jobs(job_ids=[waits])
    assert (world.job(running).status, world.job(waits).status) == ("IN_PROGRESS", "NOT_STARTED")
    assert world.job(waits).lease_until is None
