"""Jobs that fail: with which code, and whether asking again helps."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.studio_client import asking, pictures
from tests.studio_client.files import Files
from tests.studio_client.service import Studio


def failed(studio: Studio, body: dict[str, Any], job_id: str | None = None) -> dict[str, Any]:
    """The error of the job that ``body`` asks for."""
    job_id = job_id or asking.job_id()
    assert studio.call("PUT", f"/v1/jobs/{job_id}", json=body).status_code in (200, 201)
    job = studio.ended(job_id)
    assert (job["status"], job["outputs"]) == ("FAILURE", [])
    error: dict[str, Any] = job["error"]
    return error


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (302, "source_forbidden"),
        (403, "source_forbidden"),
        (404, "{role}_not_found"),
        (410, "{role}_not_found"),
        (408, "source_fetch_timeout"),
        (429, "source_fetch_5xx"),
        (500, "source_fetch_5xx"),
        (503, "source_fetch_5xx"),
    ],
)
@pytest.mark.parametrize("role", ["source", "background"])
def test_a_picture_that_cannot_be_had(
    studio: Studio, caller: Files, role: str, status: int, code: str
) -> None:
    path = f"/troubled/{role}-{status}.jpg"
    caller.put(path, pictures.subject())
    caller.troubles[path] = [status]
    error = failed(studio, asking.swap(caller, **{role: {"url": caller.url + path}}))
    assert (error["code"], error["retryable"]) == (code.format(role=role), code.startswith("source_fetch"))
    assert error["stage"] == f"fetch_{role}"


@pytest.mark.parametrize(
    ("name", "content", "codes"),
    [
        ("page.jpg", b"<html>not a picture</html>", {"unsupported_format"}),
        ("half.jpg", pictures.subject()[:2000], {"image_corrupt"}),
        ("empty.jpg", b"", {"unsupported_format", "image_corrupt"}),
        ("moving.png", pictures.animation(), {"animated_not_supported"}),
        ("nobody.jpg", pictures.wall(), {"no_subject", "subject_not_separable"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_source_that_cannot_be_used(
    studio: Studio, caller: Files, name: str, content: bytes, codes: set[str]
) -> None:
    error = failed(studio, asking.swap(caller, source={"url": caller.put(f"/unusable/{name}", content)}))
    assert error["code"] in codes
    assert error["retryable"] is False


def test_a_source_beyond_the_cap_is_not_fetched_to_its_end(studio: Studio, caller: Files) -> None:
    url = caller.put("/unusable/large.jpg", b"\xff\xd8" + bytes(26 * 1024 * 1024))
    error = failed(studio, asking.swap(caller, source={"url": url}))
    assert (error["code"], error["stage"]) == ("image_too_large", "fetch_source")


def test_a_picture_other_than_the_one_that_was_meant(studio: Studio, caller: Files) -> None:
    source = {"url": f"{caller.url}/subject.jpg", "sha256": "0" * 64}
    assert failed(studio, asking.swap(caller, source=source))["code"] == "sha256_mismatch"


def test_an_engine_that_is_not_there(studio: Studio, caller: Files) -> None:
    assert failed(studio, asking.swap(caller, options={"engine": "magic"}))["code"] == "engine_unavailable"


def test_a_deadline_that_has_passed(studio: Studio) -> None:
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    assert failed(studio, asking.generator(deadline=past))["code"] == "deadline_exceeded"


def test_a_deadline_ends_a_job_that_runs(studio: Studio, caller: Files) -> None:
    source = {"url": caller.hold("/held/for-deadline.jpg", pictures.subject())}
    soon = (datetime.now(UTC) + timedelta(seconds=0.5)).isoformat()
    error = failed(studio, asking.swap(caller, source=source, deadline=soon))
    assert (error["code"], error["stage"]) == ("deadline_exceeded", "fetch_source")
    caller.release("/held/for-deadline.jpg")


def test_a_retryable_failure_is_opened_again_by_the_same_request(studio: Studio, caller: Files) -> None:
    path, job_id = "/troubled/at-first.jpg", asking.job_id()
    caller.put(path, pictures.subject())
    caller.troubles[path] = [500]
    body = asking.swap(caller, source={"url": caller.url + path})
    assert failed(studio, body, job_id)["retryable"] is True
    before = studio.job(job_id)
    opened = studio.call("PUT", f"/v1/jobs/{job_id}", json=body)
    assert (opened.status_code, opened.json()["status"], opened.json()["error"]) == (200, "NOT_STARTED", None)
    assert opened.json()["version"] > before["version"]
    assert studio.ended(job_id)["status"] == "SUCCESS"


def test_a_terminal_failure_stays_one(studio: Studio, caller: Files) -> None:
    job_id = asking.job_id()
    body = asking.swap(caller, source={"url": f"{caller.url}/not-yet.jpg"})
    failed(studio, body, job_id)
    before = studio.job(job_id)
    caller.put("/not-yet.jpg", pictures.subject())
    assert studio.call("PUT", f"/v1/jobs/{job_id}", json=body).json() == before


def test_an_upload_that_is_refused_may_be_tried_with_another_address(studio: Studio, caller: Files) -> None:
    job_id = asking.job_id()
    refusing, good = f"/results/{job_id}-a", f"/results/{job_id}-b"
    caller.troubles[refusing] = [403]
    error = failed(studio, asking.swap(caller, deliver_to={"put_url": caller.url + refusing}), job_id)
    assert (error["code"], error["retryable"], error["stage"]) == ("output_write_failed", True, "deliver")
    studio.call(
        "PUT", f"/v1/jobs/{job_id}", json=asking.swap(caller, deliver_to={"put_url": caller.url + good})
    )
    assert studio.ended(job_id)["status"] == "SUCCESS"
    assert good in caller.uploads


def test_a_storage_that_stumbles_is_tried_again(studio: Studio, caller: Files) -> None:
    job_id = asking.job_id()
    path = f"/results/{job_id}"
    caller.troubles[path] = [503]
    body = asking.generator(deliver_to={"put_url": caller.url + path})
    studio.call("PUT", f"/v1/jobs/{job_id}", json=body)
    assert studio.ended(job_id)["status"] == "SUCCESS"
    assert path in caller.uploads
