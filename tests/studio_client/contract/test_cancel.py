"""``POST /v1/jobs/{job_id}/cancel``"""

from tests import waiting
from tests.studio_client import asking, pictures
from tests.studio_client.files import Files
from tests.studio_client.service import Studio


def test_a_running_job_is_stopped_for_good(studio: Studio, caller: Files) -> None:
    job_id, path = asking.job_id(), "/held/for-cancel.jpg"
    body = asking.swap(caller, source={"url": caller.hold(path, pictures.subject())})
    studio.call("PUT", f"/v1/jobs/{job_id}", json=body)
    waiting.until(lambda: studio.job(job_id)["stage"] == "fetch_source")
    stopped = studio.call("POST", f"/v1/jobs/{job_id}/cancel")
    caller.release(path)
    job = studio.ended(job_id)
    assert stopped.status_code == 202
    assert (job["status"], job["error"]["code"], job["error"]["retryable"]) == ("FAILURE", "cancelled", False)
    assert studio.call("PUT", f"/v1/jobs/{job_id}", json=body).json() == job
    assert studio.call("POST", f"/v1/jobs/{job_id}/cancel").status_code == 200


def test_a_job_that_had_ended_keeps_its_end(studio: Studio) -> None:
    job_id = asking.job_id()
    studio.call("PUT", f"/v1/jobs/{job_id}", json=asking.generator())
    ended = studio.ended(job_id)
    late = studio.call("POST", f"/v1/jobs/{job_id}/cancel")
    assert (late.status_code, late.json()) == (200, ended)


def test_an_unknown_job_is_not_found(studio: Studio) -> None:
    missing = studio.call("POST", f"/v1/jobs/{asking.job_id()}/cancel")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "job_not_found")
