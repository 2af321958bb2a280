"""The other routes: get, batch, cancel, list, capabilities, ready."""

import json
from datetime import UTC, datetime

import pytest

from studio_client import BATCH_LIMIT, JobNotFound, NotNow, OutcomeUnknown
from tests.studio_client import misbehaving, samples

NOT_FOUND = misbehaving.refusal("404 Not Found", "job_not_found")


def test_get_says_when_studio_does_not_have_the_job() -> None:
    with misbehaving.serving(NOT_FOUND) as server, pytest.raises(JobNotFound):
        samples.client(server.url).get(samples.JOB_ID)


def test_get_does_not_believe_a_404_that_studio_did_not_write() -> None:
    with (
        misbehaving.serving(misbehaving.answer("404 Not Found", b"nginx")) as server,
        pytest.raises(OutcomeUnknown),
    ):
        samples.client(server.url).get(samples.JOB_ID)


def test_get_keeps_an_id_inside_its_path() -> None:
    with misbehaving.serving(NOT_FOUND) as server, pytest.raises(JobNotFound):
        samples.client(server.url).get("../health?")
    assert server.requests[0].startswith(b"GET /v1/jobs/..%2Fhealth%3F HTTP/1.1")


def test_cancel_answers_the_state_it_led_to() -> None:
    error = {"code": "cancelled", "message": "", "retryable": False}
    body = samples.job(status="FAILURE", error=error)
    with misbehaving.serving(misbehaving.answer("202 Accepted", body)) as server:
        job = samples.client(server.url).cancel(samples.JOB_ID)
    assert job.error is not None
    assert job.error.is_terminal
    assert server.requests[0].startswith(f"POST /v1/jobs/{samples.JOB_ID}/cancel ".encode())


def test_cancel_says_when_studio_does_not_have_the_job() -> None:
    with misbehaving.serving(NOT_FOUND) as server, pytest.raises(JobNotFound):
        samples.client(server.url).cancel(samples.JOB_ID)


def test_batch_leaves_out_unknown_unreadable_and_unasked_jobs() -> None:
    jobs = [
        samples.job(),
        samples.job(job_id=samples.OTHER_ID, status="?"),
        samples.job(job_id="01BX5ZZKBKACTAV9WEVGEMMVS0"),
    ]
    with misbehaving.serving(misbehaving.answer("200 OK", {"jobs": jobs})) as server:
        found = samples.client(server.url).batch_status([samples.JOB_ID, samples.OTHER_ID])
    assert list(found) == [samples.JOB_ID]


def test_batch_asks_for_each_job_once_in_calls_of_bounded_size() -> None:
    ids = [f"01ARZ3NDEKTSV4RRFFQ69{number:05d}" for number in range(BATCH_LIMIT + 1)]
    with misbehaving.serving(misbehaving.answer("200 OK", {"jobs": []})) as server:
        assert samples.client(server.url).batch_status(ids + ids) == {}
    asked = [json.loads(request.partition(b"\r\n\r\n")[2])["job_ids"] for request in server.requests]
    assert [len(each) for each in asked] == [BATCH_LIMIT, 1]
    assert [each for call in asked for each in call] == ids


def test_batch_of_nothing_asks_nothing() -> None:
    with misbehaving.serving(b"") as server:
        assert samples.client(server.url).batch_status([]) == {}
        assert server.requests == []


@pytest.mark.parametrize("body", [{}, {"jobs": None}, {"jobs": {}}])
def test_batch_without_a_list_is_no_answer(body: object) -> None:
    with misbehaving.serving(misbehaving.answer("200 OK", body)) as server, pytest.raises(OutcomeUnknown):
        samples.client(server.url).batch_status([samples.JOB_ID])


def test_list_gives_a_page_and_the_way_to_the_next() -> None:
    body = {"jobs": [samples.job()], "next_cursor": "abc"}
    with misbehaving.serving(misbehaving.answer("200 OK", body)) as server:
        page = samples.client(server.url).list(datetime(2026, 11, 1, tzinfo=UTC), "xyz")
    assert ([job.job_id for job in page.jobs], page.next_cursor) == ([samples.JOB_ID], "abc")
    assert server.requests[0].startswith(b"GET /v1/jobs?since=2026-11-01T00%3A00%3A00%2B00%3A00&cursor=xyz ")


def test_list_with_a_job_it_cannot_read_is_no_answer() -> None:
    body = {"jobs": [samples.job(status="?")], "next_cursor": None}
    with misbehaving.serving(misbehaving.answer("200 OK", body)) as server, pytest.raises(OutcomeUnknown):
        samples.client(server.url).list()


def test_capabilities_are_read() -> None:
    body = {"workflows": ["a"], "formats": ["jpeg"], "engine": None, "limits": {"source_bytes": 5}}
    with misbehaving.serving(misbehaving.answer("200 OK", body)) as server:
        found = samples.client(server.url).capabilities()
    assert (found.workflows, found.formats, found.engine, found.limits) == (
        ("a",),
        ("jpeg",),
        None,
        {"source_bytes": 5},
    )


def test_capabilities_may_have_to_wait() -> None:
    with misbehaving.serving(misbehaving.refusal("503 x", "unavailable")) as server, pytest.raises(NotNow):
        samples.client(server.url).capabilities()


@pytest.mark.parametrize(
    ("answer", "ready"),
    [
        (misbehaving.answer("200 OK", {"status": "ready"}), True),
        (misbehaving.refusal("503 x", "draining"), False),
        (b"", False),
    ],
)
def test_ready_is_yes_or_no(answer: bytes, ready: bool) -> None:
    with misbehaving.serving(answer) as server:
        assert samples.client(server.url).ready() is ready


def test_a_base_url_must_be_one() -> None:
    with pytest.raises(ValueError, match="http"):
        samples.client("studio:8090")
