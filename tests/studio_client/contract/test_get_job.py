"""``GET /v1/jobs/{job_id}``"""

import time

import pytest

from tests.studio_client import asking, pictures
from tests.studio_client.files import Files
from tests.studio_client.service import Studio


def test_an_unknown_job_is_not_found(studio: Studio) -> None:
    missing = studio.call("GET", f"/v1/jobs/{asking.job_id()}")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "job_not_found")


def test_a_known_version_is_not_sent_again(studio: Studio) -> None:
    job_id = asking.job_id()
    studio.call("PUT", f"/v1/jobs/{job_id}", json=asking.generator())
    studio.ended(job_id)
    job = studio.call("GET", f"/v1/jobs/{job_id}")
    again = studio.call("GET", f"/v1/jobs/{job_id}", headers={"If-None-Match": job.headers["ETag"]})
    assert job.headers["ETag"] == f'"{job.json()["version"]}"'
    assert (again.status_code, again.content) == (304, b"")


def test_a_wait_ends_when_the_job_does(studio: Studio) -> None:
    job_id = asking.job_id()
    studio.call("PUT", f"/v1/jobs/{job_id}", json=asking.generator())
    began = time.monotonic()
    assert studio.call("GET", f"/v1/jobs/{job_id}?wait=20").json()["status"] == "SUCCESS"
    assert time.monotonic() - began < 15


def test_a_wait_ends_by_itself_and_with_a_tag_at_the_next_version(studio: Studio, caller: Files) -> None:
    job_id, path = asking.job_id(), "/held/for-get.jpg"
    source = {"url": caller.hold(path, pictures.subject())}
    studio.call("PUT", f"/v1/jobs/{job_id}", json=asking.swap(caller, source=source))
    waited = studio.call("GET", f"/v1/jobs/{job_id}?wait=0.5").json()
    assert (waited["status"], waited["stage"]) == ("IN_PROGRESS", "fetch_source")
    tag = {"If-None-Match": f'"{waited["version"]}"'}
    assert studio.call("GET", f"/v1/jobs/{job_id}?wait=0.2", headers=tag).status_code == 304
    caller.release(path)
    moved = studio.call("GET", f"/v1/jobs/{job_id}?wait=10", headers=tag).json()
    assert moved["version"] > waited["version"]
    assert studio.ended(job_id)["status"] == "SUCCESS"


def test_version_and_progress_only_grow(studio: Studio, caller: Files) -> None:
    job_id = asking.job_id()
    job = studio.call("PUT", f"/v1/jobs/{job_id}", json=asking.swap(caller)).json()
    seen = [job]
    while seen[-1]["status"] in ("NOT_STARTED", "IN_PROGRESS"):
        tag = {"If-None-Match": f'"{seen[-1]["version"]}"'}
        answer = studio.call("GET", f"/v1/jobs/{job_id}?wait=10", headers=tag)
        assert answer.status_code == 200
        seen.append(answer.json())
    assert [each["version"] for each in seen] == sorted({each["version"] for each in seen})
    assert [each["progress"] for each in seen] == sorted(each["progress"] for each in seen)
    assert seen[-1]["progress"] == 1.0
    assert {each["stage"] for each in seen} >= {"queued", "deliver"}


@pytest.mark.parametrize("wait", ["21", "-1", "nan", "soon"])
def test_a_wait_out_of_bounds_is_refused(studio: Studio, wait: str) -> None:
    job_id = asking.job_id()
    studio.call("PUT", f"/v1/jobs/{job_id}", json=asking.generator())
    refused = studio.call("GET", f"/v1/jobs/{job_id}?wait={wait}")
    assert (refused.status_code, refused.json()["error"]["pointer"]) == (400, "/wait")
