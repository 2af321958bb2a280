"""Dispatch: claim, ask, record; whatever Studio says, the job has an alarm or an end."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django import Settings

from tests.lives.conftest import World
from tests.lives.scripted_studio import ScriptedStudio, error
from workflows import dispatch, scheduler, settle, studios
from workflows.models import Job


def test_a_job_that_studio_takes_is_in_progress(world: World, studio: ScriptedStudio) -> None:
    job_id = world.accept()
    dispatch.dispatch(job_id)
    job = world.job(job_id)
    assert (job.status, job.attempt, job.lease_until) == ("IN_PROGRESS", 1, None)
    assert world.events(job_id) == ["queued", "stage"]
    assert studio.puts() == [job_id]


def test_studio_is_asked_for_what_was_accepted(world: World, studio: ScriptedStudio) -> None:
    job_id = world.accept()
    dispatch.dispatch(job_id)
    _, _, order = studio.asked[0]
    assert order["workflow"] == "background-swap-with-image"
    assert order["output"] | {"padding_color": ""} == {
        "width": 64, "height": 64, "fit": "cover", "format": "jpeg", "quality": 88, "padding_color": "",
    }  # fmt: skip
    assert "X-Signature=" in order["source"]["url"]
    assert "X-Signature=" in order["background"]["url"]
    assert f"/deliveries/live/{world.account.client_id}/{job_id}.jpg?" in order["deliver_to"]["put_url"]


def test_a_second_ring_asks_nothing(world: World, studio: ScriptedStudio) -> None:
    job_id = world.accept()
    dispatch.dispatch(job_id)
    dispatch.dispatch(job_id)
    assert studio.puts() == [job_id]


@pytest.mark.parametrize(
    ("status", "code", "error_code"),
    [
        (400, "invalid_request", "INVALID_REQUEST"),
        (409, "job_id_conflict", "JOB_ID_CONFLICT"),
        (400, "invalid_preset", "INVALID_PRESET"),
    ],
)
def test_a_refusal_ends_the_job_and_refunds_it(
    world: World, studio: ScriptedStudio, status: int, code: str, error_code: str
) -> None:
    studio.submit = (status, {"error": error(code)})
    job_id = world.accept()
    assert world.balance() == 95
    dispatch.dispatch(job_id)
    world.assert_refunded(job_id, error_code)
    assert world.balance() == 100


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_not_now_backs_off_and_tries_again(world: World, studio: ScriptedStudio, status: int) -> None:
    studio.submit = (status, {"error": error("queue_full", retryable=True)})
    job_id = world.accept()
    dispatch.dispatch(job_id)
    job = world.job(job_id)
    assert (job.status, job.attempt, job.lease_until) == ("NOT_STARTED", 1, None)
    assert job.next_action_at is not None
    assert job.next_action_at > timezone.now() + timedelta(seconds=0.2)
    studio.submit = (201, None)
    world.ring(job_id)
    dispatch.dispatch(job_id)
    assert world.job(job_id).status == "IN_PROGRESS"
    assert world.kinds(job_id) == ["CHARGE"]


def test_studios_retry_after_is_kept(world: World, studio: ScriptedStudio) -> None:
    studio.submit = (429, {"error": error("queue_full", retryable=True)})
    studio.headers = {"Retry-After": "120"}
    job_id = world.accept()
    dispatch.dispatch(job_id)
    alarm = world.job(job_id).next_action_at
    assert alarm is not None
    assert alarm > timezone.now() + timedelta(seconds=100)


def test_garbage_is_neither_success_nor_failure(world: World, studio: ScriptedStudio) -> None:
    studio.submit = (200, ["what"])
    job_id = world.accept()
    dispatch.dispatch(job_id)
    job = world.job(job_id)
    assert (job.status, job.trouble) == ("NOT_STARTED", "unknown")


def test_a_studio_that_is_gone_is_waited_for(world: World, settings: Settings) -> None:
    job_id = world.accept()
    settings.STUDIO_URL = "http://127.0.0.1:9"
    studios.of.cache_clear()
    dispatch.dispatch(job_id)
    assert world.job(job_id).status == "NOT_STARTED"
    assert world.kinds(job_id) == ["CHARGE"]


def test_while_leased_nobody_else_claims(world: World) -> None:
    job_id = world.accept()
    claimed = dispatch._claim(job_id)
    assert claimed is not None
    assert claimed.attempt == 1
    assert dispatch._claim(job_id) is None


def test_after_the_lease_the_first_attempt_is_fenced(world: World, studio: ScriptedStudio) -> None:
    job_id = world.accept()
    paused = dispatch._claim(job_id)
    assert paused is not None
    world.ring(job_id)
    dispatch.dispatch(job_id)
    assert world.job(job_id).attempt == 2
    before = world.job(job_id).version
    dispatch._back_off(paused, dispatch._Trouble("late", "I was paused"))
    assert world.job(job_id).version == before
    assert world.job(job_id).trouble == ""
    assert settle.fail(job_id, "LATE", "an old attempt's refusal", attempt=paused.attempt) is False
    assert world.job(job_id).status == "IN_PROGRESS"


def test_a_repeated_put_that_answers_with_the_end_settles_the_job(
    world: World, studio: ScriptedStudio
) -> None:
    job_id = world.accept()
    studio.says(job_id, "SUCCESS", outputs=[world.deliver(job_id)])
    dispatch.dispatch(job_id)
    job = world.job(job_id)
    assert job.status == "SUCCESS"
    assert job.started_at is not None
    assert world.kinds(job_id) == ["CHARGE"]


def test_past_its_deadline_a_job_is_not_claimed(
    world: World, studio: ScriptedStudio, settings: Settings
) -> None:
    settings.JOB_DEADLINE = timedelta(milliseconds=1)
    job_id = world.accept()
    dispatch.dispatch(job_id)
    assert studio.puts() == []


def test_a_doubled_message_does_not_shorten_studios_wish(world: World, studio: ScriptedStudio) -> None:
    studio.submit = (429, {"error": error("queue_full", retryable=True)})
    studio.headers = {"Retry-After": "120"}
    job_id = world.accept()
    assert scheduler._take_due() == ([job_id], [])
    for _ in range(3):
        dispatch.dispatch(job_id)
    assert studio.puts() == [job_id]
    assert world.job(job_id).attempt == 1


def test_a_message_that_waited_long_in_the_queue_is_still_good(world: World, studio: ScriptedStudio) -> None:
    job_id = world.accept()
    scheduler._take_due()
    Job.objects.filter(id=job_id).update(next_action_at=Now() - timedelta(seconds=30))
    scheduler._take_due()
    dispatch.dispatch(job_id)
    assert studio.puts() == [job_id]
