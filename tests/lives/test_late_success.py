"""A SUCCESS of Studio's that comes after the refund is dropped, and counted once."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client as HttpClient
from pytest_django import Settings
from standardwebhooks import Webhook

from assets import storage
from tests.lives.conftest import World
from tests.lives.scripted_studio import ScriptedStudio
from tests.lives.test_cancel import while_asked
from workflows import dispatch, follow, results, settle, studios
from workflows.models import JobEvent

_SECRET = "whsec_" + "A" * 32


def late(job_id: str) -> int:
    """How often it was counted."""
    return JobEvent.objects.filter(
        job_id=job_id, visibility="internal", message__startswith="Late success"
    ).count()


@pytest.fixture
def running(world: World, studio: ScriptedStudio) -> str:
    job_id = world.accept()
    dispatch.dispatch(job_id)
    return job_id


def test_in_an_answer_that_a_sweep_had_already(world: World, studio: ScriptedStudio, running: str) -> None:
    studio.says(running, "SUCCESS", outputs=[world.deliver(running)])
    seen, told = world.job(running), studios.of(livemode=True).batch_status([running])[running]
    settle.cancel(running)
    for _ in range(3):
        follow.carry(seen, told)
    assert late(running) == 1
    assert world.events(running) == ["queued", "stage", "failed"]
    world.assert_refunded(running, "CANCELLED")
    assert world.http.get(f"/v1/renders/{running}").status_code == 404
    assert "Late success" not in world.http.get(f"/v1/jobs/{running}/events").content.decode()


def test_with_or_without_a_picture(world: World, studio: ScriptedStudio, running: str) -> None:
    studio.says(running, "SUCCESS", outputs=[])
    seen, told = world.job(running), studios.of(livemode=True).batch_status([running])[running]
    settle.cancel(running)
    follow.carry(seen, told)
    assert late(running) == 1
    world.assert_refunded(running, "CANCELLED")


@pytest.mark.parametrize("end", [settle.cancel, lambda job_id: settle.fail(job_id, "DEADLINE_EXCEEDED", "")])
def test_in_the_answer_to_a_submit(world: World, studio: ScriptedStudio, end: Callable[[str], bool]) -> None:
    job_id = world.accept()
    studio.says(job_id, "SUCCESS", outputs=[world.deliver(job_id)])
    while_asked(studio, lambda: end(job_id))
    dispatch.dispatch(job_id)
    assert late(job_id) == 1
    assert world.job(job_id).status == "FAILURE"
    assert world.kinds(job_id) == ["CHARGE", "REFUND"]


def test_in_the_answer_to_being_told_to_stop(world: World, studio: ScriptedStudio, running: str) -> None:
    settle.cancel(running)
    studio.says(running, "SUCCESS", outputs=[world.deliver(running)])
    for _ in range(2):
        follow.stop([running])
    assert late(running) == 1
    world.assert_refunded(running, "CANCELLED")


@pytest.fixture
def call_back(settings: Settings) -> Callable[..., int]:
    settings.STUDIO_CALLBACK_KEYS = {"now": _SECRET}

    def call(job_id: str, status: str = "SUCCESS") -> int:
        body = json.dumps({"job_id": job_id, "version": 9, "status": status})
        moment = datetime.now(UTC)
        headers = {
            "Webhook-Id": "m1",
            "Webhook-Timestamp": str(int(moment.timestamp())),
            "Webhook-Signature": Webhook(_SECRET).sign("m1", moment, body),
        }
        http = HttpClient(headers=headers)
        return http.post("/internal/studio/callback", body, content_type="application/json").status_code

    return call


def test_in_a_callback(world: World, running: str, call_back: Callable[..., int]) -> None:
    settle.cancel(running)
    assert [call_back(running), call_back(running)] == [204, 204]
    assert late(running) == 1
    world.assert_refunded(running, "CANCELLED")


def test_no_other_callback_counts(world: World, running: str, call_back: Callable[..., int]) -> None:
    done = world.accept()
    dispatch.dispatch(done)
    settle.succeed(done, {"artifacts": []})
    waiting = world.accept()
    for job_id in (running, running, done, waiting, "01JD9Z6Q2V8M3R5T7W9Y1A3C5E", "no id"):
        assert call_back(job_id) == 204
    settle.cancel(running)
    assert call_back(running, "FAILURE") == 204
    assert not JobEvent.objects.filter(message__startswith="Late success").exists()


def test_the_success_that_a_job_failed_for_is_not_late(
    world: World, studio: ScriptedStudio, running: str, call_back: Callable[..., int]
) -> None:
    manifest = world.deliver(running)
    storage.pictures().delete(results.delivery_key(world.job(running)))
    studio.says(running, "SUCCESS", outputs=[manifest])
    seen = world.job(running)
    follow.follow([running])
    follow.carry(seen, studios.of(livemode=True).batch_status([running])[running])
    call_back(running)
    assert late(running) == 0
    world.assert_refunded(running, "RESULT_MISSING")
