"""Text of Studio's that PostgreSQL can't hold (NUL, half a surrogate): said all the same."""

import pytest

from tests.lives.conftest import World
from tests.lives.scripted_studio import ScriptedStudio
from workflows import dispatch, follow

UNSTORABLE = [pytest.param("no\x00subject", id="nul"), pytest.param("no\ud800subject", id="surrogate")]


def _error(text: str, code: str) -> dict[str, object]:
    return {"code": code, "message": text, "retryable": False, "stage": text, "reasons": [text]}


@pytest.mark.parametrize("text", UNSTORABLE)
def test_a_failure_told_in_it_is_refunded_at_once(world: World, studio: ScriptedStudio, text: str) -> None:
    job_id = world.accept()
    dispatch.dispatch(job_id)
    studio.says(job_id, "FAILURE", error=_error(text, "no_subject"))
    follow.follow([job_id])
    world.assert_refunded(job_id, "NO_SUBJECT")
    assert world.http.get(f"/v1/jobs/{job_id}").json()["error"]["message"] == "no\ufffdsubject"


@pytest.mark.parametrize("text", UNSTORABLE)
def test_a_refusal_told_in_it_is_refunded_at_once(world: World, studio: ScriptedStudio, text: str) -> None:
    studio.submit = (400, {"error": _error(text, "invalid_request")})
    job_id = world.accept()
    dispatch.dispatch(job_id)
    world.assert_refunded(job_id, "INVALID_REQUEST")


@pytest.mark.parametrize("text", UNSTORABLE)
def test_a_trouble_told_in_it_is_waited_out(world: World, studio: ScriptedStudio, text: str) -> None:
    studio.submit = (429, {"error": _error(text, text)})
    job_id = world.accept()
    dispatch.dispatch(job_id)
    job = world.job(job_id)
    assert (job.status, job.lease_until, job.trouble) == ("NOT_STARTED", None, "no\ufffdsubject")
    studio.submit = (201, None)
    world.ring(job_id)
    dispatch.dispatch(job_id)
    studio.says(job_id, "FAILURE", error=_error(text, text))
    follow.follow([job_id])
    assert (world.job(job_id).resubmit, world.job(job_id).trouble) == (True, "no\ufffdsubject")


@pytest.mark.parametrize("text", UNSTORABLE)
def test_progress_and_success_told_in_it_count(world: World, studio: ScriptedStudio, text: str) -> None:
    job_id = world.accept()
    dispatch.dispatch(job_id)
    studio.says(job_id, "IN_PROGRESS", stage=text, progress=0.5, version=2**40)
    follow.follow([job_id])
    assert (world.job(job_id).stage, world.job(job_id).progress) == ("no\ufffdsubject", 0.5)
    studio.says(job_id, "SUCCESS", outputs=[world.deliver(job_id)], warnings=[text])
    follow.follow([job_id])
    assert world.job(job_id).status == "SUCCESS"
