"""Whatever a client can see of a job changes with the job's version, in each step of its life: who knows the
version by its ETag is told nothing else."""

from typing import Any

from tests.lives import scripted_studio
from tests.lives.conftest import World
from tests.lives.scripted_studio import ScriptedStudio
from workflows import dispatch, follow, settle


def look(world: World, job_id: str, seen: dict[int, Any]) -> None:
    version = world.job(job_id).version
    read = [world.http.get(f"/v1/jobs/{job_id}{path}").json() for path in ("", "/events")]
    assert seen.setdefault(version, read) == read
    assert version == max(seen)


def test_a_job_that_is_asked_for_again_and_fails(world: World, studio: ScriptedStudio) -> None:
    seen: dict[int, Any] = {}
    job_id = world.accept()
    look(world, job_id, seen)
    studio.submit = (503, {"error": scripted_studio.error("overloaded")})
    dispatch.dispatch(job_id)
    look(world, job_id, seen)
    studio.submit = (201, None)
    world.ring(job_id)
    dispatch.dispatch(job_id)
    look(world, job_id, seen)
    for stage, progress in (("cut", 0.1), ("cut", 0.2), ("cut", 0.2), ("encode", 0.9)):
        studio.says(job_id, "IN_PROGRESS", stage=stage, progress=progress)
        follow.follow([job_id])
        look(world, job_id, seen)
    studio.fails(job_id, "engine_timeout")
    follow.follow([job_id])
    look(world, job_id, seen)
    world.ring(job_id)
    dispatch.dispatch(job_id)
    look(world, job_id, seen)
    studio.fails(job_id, "no_subject")
    follow.follow([job_id])
    look(world, job_id, seen)
    assert settle.keep_out(job_id)
    look(world, job_id, seen)
    assert world.events(job_id)[-1] == "failed"
