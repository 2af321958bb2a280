"""``PUT /v1/jobs/{job_id}``"""

from typing import Any

import pytest

from tests.studio_client import asking
from tests.studio_client.files import Files
from tests.studio_client.service import Studio


def test_a_new_job_is_created_once(studio: Studio) -> None:
    job_id, body = asking.job_id(), asking.generator()
    first, second = (studio.call("PUT", f"/v1/jobs/{job_id}", json=body) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["job_id"] == second.json()["job_id"] == job_id
    assert (first.json()["status"], first.json()["version"]) == ("NOT_STARTED", 1)
    assert first.json()["fingerprint"] == body["fingerprint"]
    assert first.headers["ETag"] == '"1"'


def test_a_repeat_after_the_end_answers_the_end(studio: Studio) -> None:
    job_id, body = asking.job_id(), asking.generator()
    studio.call("PUT", f"/v1/jobs/{job_id}", json=body)
    ended = studio.ended(job_id)
    assert ended["status"] == "SUCCESS"
    again = studio.call("PUT", f"/v1/jobs/{job_id}", json=body)
    assert (again.status_code, again.json()) == (200, ended)


def test_the_same_id_for_something_else_is_a_conflict(studio: Studio) -> None:
    job_id = asking.job_id()
    studio.call("PUT", f"/v1/jobs/{job_id}", json=asking.generator())
    other = studio.call("PUT", f"/v1/jobs/{job_id}", json=asking.generator(fingerprint="0" * 64))
    assert (other.status_code, other.json()["error"]["code"]) == (409, "job_id_conflict")


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"workflow": "upscale"}, "unknown_workflow", "/workflow"),
        ({"workflow": 5}, "invalid_request", "/workflow"),
        ({"fingerprint": None}, "invalid_request", "/fingerprint"),
        ({"fingerprint": "AB" * 32}, "invalid_request", "/fingerprint"),
        ({"source": None}, "invalid_request", "/source"),
        ({"source": {"url": "file:///etc/passwd"}}, "invalid_request", "/source/url"),
        ({"source": {"url": "http://x/y", "sha256": "short"}}, "invalid_request", "/source/sha256"),
        ({"background": {}}, "invalid_request", "/background/url"),
        ({"output": None}, "invalid_request", "/output"),
        ({"output": {**asking.OUTPUT, "width": 0}}, "invalid_preset", "/output/width"),
        ({"output": {**asking.OUTPUT, "width": True}}, "invalid_preset", "/output/width"),
        ({"output": {**asking.OUTPUT, "height": 100_000}}, "invalid_preset", "/output/height"),
        ({"output": {**asking.OUTPUT, "fit": "stretch"}}, "invalid_preset", "/output/fit"),
        ({"output": {**asking.OUTPUT, "format": "gif"}}, "invalid_preset", "/output/format"),
        ({"output": {**asking.OUTPUT, "quality": 101}}, "invalid_preset", "/output/quality"),
        ({"output": {**asking.OUTPUT, "padding_color": "white"}}, "invalid_preset", "/output/padding_color"),
        ({"options": {"shadow": "yes"}}, "invalid_request", "/options/shadow"),
        ({"deliver_to": {"put_url": "ftp://x/y"}}, "invalid_request", "/deliver_to/put_url"),
        ({"callback": {"url": "http://x/y"}}, "invalid_request", "/callback/key_id"),
        ({"deadline": None}, "invalid_request", "/deadline"),
        ({"deadline": "tomorrow"}, "invalid_request", "/deadline"),
        ({"deadline": "2026-11-01T00:00:00"}, "invalid_request", "/deadline"),
        ({"metadata": {"a": 1}}, "invalid_request", "/metadata"),
    ],
    ids=repr,
)
def test_a_fault_is_named_and_pointed_to(
    studio: Studio, caller: Files, changes: dict[str, Any], code: str, pointer: str
) -> None:
    job_id = asking.job_id()
    refused = studio.call("PUT", f"/v1/jobs/{job_id}", json=asking.swap(caller, **changes))
    error = refused.json()["error"]
    assert (refused.status_code, error["code"], error["pointer"]) == (400, code, pointer)
    assert studio.call("GET", f"/v1/jobs/{job_id}").status_code == 404


@pytest.mark.parametrize(
    ("spec", "pointer"),
    [
        ({}, "/background/spec/scene_type"),
        ({**asking.SPEC, "mood": ""}, "/background/spec/mood"),
        ({**asking.SPEC, "mood": "a\0b"}, "/background/spec/mood"),
        ({**asking.SPEC, "dominant_colors": "red"}, "/background/spec/dominant_colors"),
        ({**asking.SPEC, "seed": -1}, "/background/spec/seed"),
    ],
)
def test_a_fault_in_a_spec_is_an_invalid_spec(studio: Studio, spec: dict[str, Any], pointer: str) -> None:
    body = asking.generator() | {"background": {"spec": spec}}
    error = studio.call("PUT", f"/v1/jobs/{asking.job_id()}", json=body).json()["error"]
    assert (error["code"], error["pointer"]) == ("invalid_spec", pointer)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"\xff", b"[" * 100_000, b"null"], ids=lambda body: repr(body[:9])
)
def test_what_is_no_json_object_is_an_invalid_request(studio: Studio, body: bytes) -> None:
    refused = studio.call("PUT", f"/v1/jobs/{asking.job_id()}", data=body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_request")


def test_a_body_beyond_its_cap_is_refused(studio: Studio) -> None:
    body = asking.generator(metadata={"a": "x" * 300_000})
    refused = studio.call("PUT", f"/v1/jobs/{asking.job_id()}", json=body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (413, "payload_too_large")


@pytest.mark.parametrize("job_id", ["x", "01ARZ3NDEKTSV4RRFFQ69G5FA", "91ARZ3NDEKTSV4RRFFQ69G5FAV"])
def test_an_id_that_is_no_ulid_is_refused(studio: Studio, job_id: str) -> None:
    assert studio.call("PUT", f"/v1/jobs/{job_id}", json=asking.generator()).status_code == 400
