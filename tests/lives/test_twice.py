"""An answer that is old, or that two sweeps got, does not end a job and takes nothing back."""

from tests.lives.conftest import World
from tests.lives.scripted_studio import ScriptedStudio
from workflows import dispatch, follow, studios
from workflows.models import Job


def _at_studio(job: Job, studio: ScriptedStudio) -> None:
    """What a sweep does with an answer that it got while the job stood as given."""
    follow.carry(job, studios.of(livemode=True).batch_status([job.id])[job.id])


def test_one_time_out_seen_by_two_sweeps_is_one(world: World, studio: ScriptedStudio) -> None:
    job_id = world.accept()
    dispatch.dispatch(job_id)
    studio.fails(job_id, "engine_timeout")
    seen_by_both = world.job(job_id)
    _at_studio(seen_by_both, studio)
    _at_studio(seen_by_both, studio)
    assert (world.job(job_id).status, world.job(job_id).resubmit) == ("IN_PROGRESS", True)


def test_an_old_failure_does_not_end_the_next_try(world: World, studio: ScriptedStudio) -> None:
    job_id = world.accept()
    dispatch.dispatch(job_id)
    paused = world.job(job_id)
    old = {"code": "source_forbidden", "message": "old", "retryable": False, "stage": None, "reasons": []}
    studio.says(job_id, "FAILURE", error=old)
    told = studios.of(livemode=True).batch_status([job_id])[job_id]
    follow.ask_again(paused, "not_known", "Another sweep was told that Studio had lost it.")
    world.ring(job_id)
    studio.says(job_id, "IN_PROGRESS", error=None)
    dispatch.dispatch(job_id)
    assert world.job(job_id).attempt == 2
    follow.carry(paused, told)
    assert world.job(job_id).status == "IN_PROGRESS"


def test_an_older_answer_takes_nothing_back(world: World, studio: ScriptedStudio) -> None:
    job_id = world.accept()
    dispatch.dispatch(job_id)
    client = studios.of(livemode=True)
    studio.says(job_id, "IN_PROGRESS", stage="matte", progress=0.3)
    old, before = client.batch_status([job_id])[job_id], world.job(job_id)
    studio.says(job_id, "IN_PROGRESS", stage="compose", progress=0.8)
    follow.follow([job_id])
    version, events = world.job(job_id).version, world.events(job_id)
    follow.carry(before, old)
    after = world.job(job_id)
    assert (after.stage, after.progress, after.version) == ("compose", 0.8, version)
    assert world.events(job_id) == events
