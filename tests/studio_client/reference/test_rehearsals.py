"""Orders that ask for an outcome: each gets it, and only where Studio was told to rehearse."""

import time
from pathlib import Path
from typing import Any

import pytest

import studio_client
from studio_client.reference import codes, rehearsals, settings
from studio_client.reference.checks import Invalid
from studio_client.reference.studio import Studio as Whole
from tests.studio_client import asking
from tests.studio_client.files import Files
from tests.studio_client.service import Studio

OTHERS = {
    "success",
    "success_slow",
    "success_after_retry",
    "low_confidence",
    "refused",
    "studio_unknown",
    "hang",
    "result_missing",
}


def order(name: object, **changes: Any) -> dict[str, Any]:
    """The quickest to draw."""
    return asking.generator(rehearse=name, **changes)


def swap(caller: Files, name: object, **changes: Any) -> dict[str, Any]:
    """No source: Studio has its own."""
    body = asking.swap(caller, rehearse=name, **changes)
    del body["source"]
    return body


def played(studio: Studio, body: dict[str, Any]) -> dict[str, Any]:
    """The job at its end."""
    job_id = asking.job_id()
    answer = studio.call("PUT", f"/v1/jobs/{job_id}", json=body)
    assert answer.status_code == 201, answer.text
    return studio.ended(job_id)


def test_each_terminal_code_can_be_rehearsed() -> None:
    assert set(rehearsals.NAMES) == codes.TERMINAL | OTHERS
    assert codes.TERMINAL == studio_client.TERMINAL_CODES


@pytest.mark.parametrize("code", sorted(codes.TERMINAL))
def test_a_failure_is_the_one_that_was_asked_for(reference: Studio, caller: Files, code: str) -> None:
    job = played(reference, swap(caller, code))
    assert (job["status"], job["error"]["code"], job["outputs"]) == ("FAILURE", code, [])
    assert job["error"]["retryable"] is False
    assert job["error"]["stage"]


def test_a_success_is_a_real_picture_without_a_source(reference: Studio, caller: Files) -> None:
    path = f"/results/{asking.job_id()}"
    body = swap(caller, "success", deliver_to={"put_url": f"{caller.url}{path}?signature=1"})
    job = played(reference, body)
    (output,) = job["outputs"]
    content, media_type = caller.uploads[path]
    assert (job["status"], media_type, output["bytes"]) == ("SUCCESS", "image/jpeg", len(content))
    assert "low_confidence" not in job["warnings"]


def test_doubts_are_told(reference: Studio) -> None:
    job = played(reference, order("low_confidence"))
    assert (job["status"], job["warnings"][0]) == ("SUCCESS", "low_confidence")
    assert job["confidence"] < 0.68


def test_a_slow_one_goes_through_its_stages(reference: Studio) -> None:
    job_id, began, seen = asking.job_id(), time.monotonic(), dict[str, float]()
    path, etag = f"/v1/jobs/{job_id}?wait=10", "none"
    answer = reference.call("PUT", path, json=order("success_slow"))
    while answer.json()["status"] in ("NOT_STARTED", "IN_PROGRESS"):
        etag = answer.headers["ETag"]
        answer = reference.call("GET", path, headers={"If-None-Match": etag})
        seen.setdefault(answer.json()["stage"], answer.json()["progress"])
    assert answer.json()["status"] == "SUCCESS"
    assert {"load", "segment", "matte", "compose", "encode", "deliver"} <= set(seen)
    assert list(seen.values()) == sorted(seen.values())
    assert time.monotonic() - began > 3


def test_a_retry_succeeds(reference: Studio) -> None:
    job_id, body = asking.job_id(), order("success_after_retry")
    reference.call("PUT", f"/v1/jobs/{job_id}", json=body)
    error = reference.ended(job_id)["error"]
    assert (error["code"], error["retryable"]) == ("engine_timeout", True)
    reference.call("PUT", f"/v1/jobs/{job_id}", json=body)
    assert reference.ended(job_id)["status"] == "SUCCESS"


def test_a_picture_that_is_missing_is_described_and_not_sent(reference: Studio, caller: Files) -> None:
    path = f"/results/{asking.job_id()}"
    for deliver_to in ({"put_url": caller.url + path}, None):
        job = played(reference, order("result_missing", deliver_to=deliver_to))
        assert (job["status"], len(job["outputs"])) == ("SUCCESS", 1)
        assert reference.call("GET", f"/v1/jobs/{job['job_id']}/output").status_code == 404
    assert path not in caller.uploads


def test_refused_and_unusable_answers(reference: Studio) -> None:
    job_id = asking.job_id()
    refused = reference.call("PUT", f"/v1/jobs/{job_id}", json=order("refused"))
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_request")
    unusable = reference.call("PUT", f"/v1/jobs/{job_id}", json=order("studio_unknown"))
    assert unusable.status_code == 500
    assert reference.call("GET", f"/v1/jobs/{job_id}").status_code == 404


def test_those_that_hang_hold_up_nobody_and_can_be_cancelled(reference: Studio) -> None:
    hanging = [asking.job_id() for _ in range(6)]
    for job_id in hanging:
        reference.call("PUT", f"/v1/jobs/{job_id}", json=order("hang"))
    assert played(reference, order("success"))["status"] == "SUCCESS"
    for job_id in hanging:
        assert reference.job(job_id)["status"] == "IN_PROGRESS"
        assert reference.call("POST", f"/v1/jobs/{job_id}/cancel").status_code == 202


@pytest.mark.parametrize("name", ["", "nothing", 1, ["success"]])
def test_an_unknown_rehearsal_is_refused(reference: Studio, name: object) -> None:
    refused = reference.call("PUT", f"/v1/jobs/{asking.job_id()}", json=order(name))
    error = refused.json()["error"]
    assert (refused.status_code, error["code"], error["pointer"]) == (400, "invalid_request", "/rehearse")


def test_only_who_was_told_to_rehearses(reference: Studio, tmp_path: Path) -> None:
    told = Whole(settings.read(["--data", str(tmp_path)], {"STUDIO_TOKEN": "t", "STUDIO_REHEARSALS": "1"}))
    untold = Whole(settings.read(["--data", str(tmp_path)], {"STUDIO_TOKEN": "t"}))
    for name in set(rehearsals.NAMES) - {"refused", "studio_unknown"}:
        assert told.put(asking.job_id(), order(name))[1]
    for name in rehearsals.NAMES:
        with pytest.raises(Invalid, match="/rehearse: this Studio does not rehearse"):
            untold.put(asking.job_id(), order(name))
    told_of = reference.call("GET", "/v1/capabilities").json()["rehearsals"]
    assert told_of == list(rehearsals.NAMES)


def test_a_studio_that_knows_no_rehearsals_misses_the_source(reference: Studio, caller: Files) -> None:
    """It would ignore the field: what it is left with must be an order that it can't do."""
    ignored = swap(caller, None)
    refused = reference.call("PUT", f"/v1/jobs/{asking.job_id()}", json=ignored)
    assert (refused.status_code, refused.json()["error"]["pointer"]) == (400, "/source")
