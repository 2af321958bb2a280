"""Follow: one call for many jobs; each answer carried into its row."""

import hashlib
from typing import Any

import pytest

from assets import storage
from tests.lives.conftest import World
from tests.lives.scripted_studio import ScriptedStudio
from workflows import dispatch, follow, results


@pytest.fixture
def running(world: World, studio: ScriptedStudio) -> str:
    job_id = world.accept()
    dispatch.dispatch(job_id)
    studio.asked.clear()
    return job_id


def test_success_ends_the_job_with_its_render(world: World, studio: ScriptedStudio, running: str) -> None:
    studio.says(running, "SUCCESS", outputs=[world.deliver(running)])
    follow.follow([running])
    assert world.job(running).status == "SUCCESS"
    assert world.events(running)[-1] == "succeeded"
    assert world.kinds(running) == ["CHARGE"]
    answer = world.http.get(f"/v1/renders/{running}").json()
    assert answer["public_id"] == running
    picture: Any = world.http.get(answer["image_url"].removeprefix("http://127.0.0.1:8000"))
    assert (
        b"".join(picture.streaming_content if picture.streaming else [picture.content])[:3] == b"\xff\xd8\xff"
    )


def test_many_jobs_are_one_call(world: World, studio: ScriptedStudio) -> None:
    job_ids = [world.accept() for _ in range(5)]
    for job_id in job_ids:
        dispatch.dispatch(job_id)
    studio.asked.clear()
    follow.follow(job_ids)
    assert [method for method, _, _ in studio.asked] == ["POST"]


def test_progress_is_told_once_for_each_stage(world: World, studio: ScriptedStudio, running: str) -> None:
    for progress in (0.2, 0.4):
        studio.says(running, "IN_PROGRESS", stage="cut", progress=progress)
        follow.follow([running])
    assert world.job(running).progress == 0.4
    assert world.events(running) == ["queued", "stage", "stage"]


@pytest.mark.parametrize(
    "code", ["no_subject", "image_corrupt", "source_forbidden", "sha256_mismatch", "cancelled"]
)
def test_a_terminal_failure_is_refunded(
    world: World, studio: ScriptedStudio, running: str, code: str
) -> None:
    studio.fails(running, code)
    follow.follow([running])
    world.assert_refunded(running, code.upper())


def test_the_table_decides_what_is_terminal_not_studios_flag(
    world: World, studio: ScriptedStudio, running: str
) -> None:
    studio.fails(running, "no_subject", retryable=True)
    follow.follow([running])
    world.assert_refunded(running, "NO_SUBJECT")


@pytest.mark.parametrize("code", ["source_fetch_timeout", "worker_crashed", "never_heard_of"])
def test_a_retryable_failure_is_asked_for_again(
    world: World, studio: ScriptedStudio, running: str, code: str
) -> None:
    studio.fails(running, code)
    follow.follow([running])
    job = world.job(running)
    assert (job.status, job.resubmit, job.trouble) == ("IN_PROGRESS", True, code)
    studio.says(running, "IN_PROGRESS", stage="cut", progress=0.1)
    world.ring(running)
    dispatch.dispatch(running)
    job = world.job(running)
    assert (job.status, job.resubmit, job.attempt) == ("IN_PROGRESS", False, 2)
    assert studio.puts() == [running]


def test_an_engine_that_times_out_twice_is_not_asked_a_third_time(
    world: World, studio: ScriptedStudio, running: str
) -> None:
    studio.fails(running, "engine_timeout")
    follow.follow([running])
    assert world.job(running).resubmit is True
    studio.says(running, "NOT_STARTED")
    world.ring(running)
    dispatch.dispatch(running)
    studio.fails(running, "engine_timeout")
    follow.follow([running])
    world.assert_refunded(running, "ENGINE_TIMEOUT")


def test_a_job_that_studio_has_forgotten_is_submitted_again(
    world: World, studio: ScriptedStudio, running: str
) -> None:
    studio.jobs.clear()
    follow.follow([running])
    world.ring(running)
    dispatch.dispatch(running)
    assert studio.puts() == [running]
    assert world.job(running).status == "IN_PROGRESS"


def test_a_studio_that_does_not_answer_changes_nothing(
    world: World, studio: ScriptedStudio, running: str
) -> None:
    studio.batch_status = 500
    before = world.job(running)
    follow.follow([running])
    after = world.job(running)
    assert (after.status, after.version) == ("IN_PROGRESS", before.version)
    assert after.next_action_at is not None


def test_success_without_a_picture_is_a_failure(world: World, studio: ScriptedStudio, running: str) -> None:
    manifest = world.deliver(running)
    storage.pictures().delete(results.delivery_key(world.job(running)))
    studio.says(running, "SUCCESS", outputs=[manifest])
    follow.follow([running])
    world.assert_refunded(running, "RESULT_MISSING")


def test_success_with_another_picture_is_a_failure(
    world: World, studio: ScriptedStudio, running: str
) -> None:
    manifest = world.deliver(running) | {"sha256": "0" * 64}
    studio.says(running, "SUCCESS", outputs=[manifest])
    follow.follow([running])
    world.assert_refunded(running, "RESULT_MISSING")


def test_success_without_outputs_is_a_failure(world: World, studio: ScriptedStudio, running: str) -> None:
    studio.says(running, "SUCCESS", outputs=[])
    follow.follow([running])
    world.assert_refunded(running, "RESULT_MISSING")


def test_the_output_of_a_refunded_job_is_unreachable(
    world: World, studio: ScriptedStudio, running: str
) -> None:
    world.deliver(running)
    studio.fails(running, "no_subject")
    follow.follow([running])
    assert world.http.get(f"/v1/renders/{running}").status_code == 404
    assert world.http.get(f"/v1/jobs/{running}").json()["result"] is None
    again = world.http.post(
        "/v1/background-swap-with-image",
        {**world.body, "source_image_s3_key": results.delivery_key(world.job(running))},
        content_type="application/json",
    )
    assert again.status_code == 422


@pytest.mark.parametrize(
    "content", [b"", b"<html>busy</html>", b"\x89PNG\r\n\x1a\n" + b"\x00" * 64], ids=["empty", "page", "png"]
)
def test_a_success_without_a_picture_of_the_format_is_refunded(
    world: World, studio: ScriptedStudio, content: bytes
) -> None:
    job_id = world.accept()
    dispatch.dispatch(job_id)
    storage.pictures().put(results.delivery_key(world.job(job_id)), content, "image/jpeg")
    described = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    size = {"url": "http://127.0.0.1/out.jpg", "width": 64, "height": 64, "format": "jpeg"}
    studio.says(job_id, "SUCCESS", outputs=[{**size, **described}])
    follow.follow([job_id])
    world.assert_refunded(job_id, "RESULT_MISSING")
