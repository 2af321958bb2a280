"""``submit``: what each kind of answer to a PUT means."""

import json
import socket

import pytest

import studio_client
from studio_client import NotNow, OutcomeUnknown, Picture, Refused, Spec
from tests.studio_client import misbehaving, samples


def submit(*answers: bytes | misbehaving.Script) -> studio_client.StudioJob:
    with misbehaving.serving(*answers) as server:
        return samples.client(server.url).submit(samples.order())


@pytest.mark.parametrize("status", ["200 OK", "201 Created"])
def test_answers_the_job_as_it_stands(status: str) -> None:
    job = submit(misbehaving.answer(status, samples.job()))
    assert (job.job_id, job.status, job.version, job.progress, job.stage) == (
        samples.JOB_ID,
        "IN_PROGRESS",
        2,
        0.5,
        "matte",
    )


def test_reads_a_whole_manifest() -> None:
    file = {"url": "http://x/y", "sha256": "ab", "bytes": 7, "width": 3, "height": 2, "format": "jpeg"}
    engine = {"name": "classic", "version": "1", "weights_sha256": None}
    manifest = {
        "outputs": [file],
        "confidence": 0.75,
        "warnings": ["soft"],
        "engine": engine,
        "timings": {"cut": 1},
    }
    job = submit(misbehaving.answer("200 OK", samples.job(status="SUCCESS", progress=1, **manifest)))
    assert job.outputs == (studio_client.OutputFile("http://x/y", "ab", 7, 3, 2, "jpeg"),)
    assert job.engine == studio_client.EngineInfo("classic", "1")
    assert (job.confidence, job.warnings, job.timings) == (0.75, ("soft",), {"cut": 1.0})


def test_sends_what_was_asked_with_the_token() -> None:
    with misbehaving.serving(misbehaving.answer("201 Created", samples.job())) as server:
        order = samples.order(metadata={"pilot_brand": "figs"})
        samples.client(server.url).submit(order)
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    sent = json.loads(body)
    assert head.startswith(f"PUT /v1/jobs/{samples.JOB_ID} HTTP/1.1".encode())
    assert b"Authorization: Bearer a-token" in head
    assert sent["source"] == {"url": "http://127.0.0.1:9/source?signature=1"}
    assert sent["background"] == {"url": "http://127.0.0.1:9/background?signature=1"}
    assert sent["deliver_to"] == {"put_url": "http://127.0.0.1:9/result?signature=1"}
    assert sent["fingerprint"] == order.fingerprint
    assert sent["metadata"] == {"pilot_brand": "figs"}
    assert "callback" not in sent


def test_sends_a_spec_and_no_source() -> None:
    with misbehaving.serving(misbehaving.answer("201 Created", samples.job())) as server:
        spec = Spec("studio", "calm", ("#aabbcc",), 4)
        order = samples.order(workflow="background-generator", source=None, background=spec, put_url=None)
        samples.client(server.url).submit(order)
    sent = json.loads(server.requests[0].partition(b"\r\n\r\n")[2])
    assert sent["background"] == {
        "spec": {"scene_type": "studio", "mood": "calm", "dominant_colors": ["#aabbcc"], "seed": 4}
    }
    assert "source" not in sent
    assert "deliver_to" not in sent


def test_sends_what_is_to_be_rehearsed_and_nothing_otherwise() -> None:
    with misbehaving.serving(misbehaving.answer("201 Created", samples.job())) as server:
        samples.client(server.url).submit(samples.order(source=None, rehearse="no_subject"))
        samples.client(server.url).submit(samples.order())
    played, usual = (json.loads(sent.partition(b"\r\n\r\n")[2]) for sent in server.requests)
    assert (played["rehearse"], "source" in played) == ("no_subject", False)
    assert "rehearse" not in usual


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("400 Bad Request", "invalid_request"),
        ("400 Bad Request", "unknown_workflow"),
        ("409 Conflict", "job_id_conflict"),
        ("413 Content Too Large", "payload_too_large"),
        ("422 Unprocessable Content", "invalid_spec"),
    ],
)
def test_refused_when_studio_says_never(status: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        submit(misbehaving.refusal(status, code, reasons=["because"], stage="load"))
    assert (refused.value.code, refused.value.reasons, refused.value.stage) == (code, ("because",), "load")


def test_refused_when_anything_on_the_way_finds_it_too_large() -> None:
    with pytest.raises(Refused, match="payload_too_large"):
        submit(misbehaving.answer("413 Content Too Large", b"<html>"))


@pytest.mark.parametrize(
    ("status", "code"),
    [("429 Too Many Requests", "queue_full"), ("503 Service Unavailable", "draining")],
)
def test_not_now_with_the_wait_studio_asks_for(status: str, code: str) -> None:
    with pytest.raises(NotNow) as not_now:
        submit(misbehaving.refusal(status, code, "Retry-After: 7"))
    assert (not_now.value.code, not_now.value.retry_after) == (code, 7.0)


def test_not_now_takes_the_wait_from_the_body_where_no_header_is() -> None:
    with pytest.raises(NotNow) as not_now:
        submit(misbehaving.refusal("503 Service Unavailable", "draining", retry_after_s=12))
    assert not_now.value.retry_after == 12.0


def test_not_now_when_rate_limited_by_something_on_the_way() -> None:
    with pytest.raises(NotNow) as not_now:
        submit(misbehaving.answer("429 Too Many Requests", b"<html>", "Retry-After: soon"))
    assert not_now.value.retry_after is None


def test_not_now_when_our_token_is_wrong() -> None:
    with pytest.raises(NotNow, match="unauthorized"):
        submit(misbehaving.refusal("401 Unauthorized", "unauthorized"))


def test_not_now_when_the_connection_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with pytest.raises(NotNow, match="unreachable"):
        samples.client(url).submit(samples.order())


def test_not_now_when_the_name_has_no_address() -> None:
    with pytest.raises(NotNow, match="unreachable"):
        samples.client("http://studio.invalid").submit(samples.order())


def of_job(**changes: object) -> bytes:
    return misbehaving.answer("200 OK", samples.job(**changes))


SPOILED = {
    "HTML": misbehaving.answer("200 OK", b"<html><body>Welcome</body></html>"),
    "half an object": misbehaving.answer("200 OK", b'{"job_id": "01ARZ3NDEK'),
    "no body": misbehaving.answer("200 OK", b""),
    "no UTF-8": misbehaving.answer("200 OK", b"\xff\xfe\x00"),
    "deep nesting": misbehaving.answer("200 OK", b"[" * 100_000),
    "a list": misbehaving.answer("200 OK", []),
    "a status of its own": of_job(status="DONE"),
    "a version that is true": of_job(version=True),
    "a negative version": of_job(version=-1),
    "progress beyond 1": of_job(progress=1.5),
    "progress NaN": of_job(progress=float("nan")),
    "progress beyond floats": of_job(progress=10**400),
    "outputs in words": of_job(outputs="none"),
    "an output in part": of_job(outputs=[{"url": "x"}]),
    "a failure without an error": of_job(status="FAILURE"),
    "an error without words": of_job(status="FAILURE", error={"code": 5}),
    "another job": of_job(job_id=samples.OTHER_ID),
    "204": misbehaving.answer("204 No Content", b""),
    "302": misbehaving.answer("302 Found", b"", "Location: http://127.0.0.1:9/"),
    "307 with a job": misbehaving.answer("307 Temporary Redirect", samples.job(), "Location: /elsewhere"),
    "404 of another server": misbehaving.answer("404 Not Found", b"nginx"),
    "400 of another server": misbehaving.answer("400 Bad Request", b"<html>"),
    "400 with a new code": misbehaving.refusal("400 Bad Request", "something_new"),
    "409 with a new code": misbehaving.refusal("409 Conflict", "something_new"),
    "500": misbehaving.answer("500 Internal Server Error", b"oops"),
    "500 with a terminal code": misbehaving.refusal("500 Internal Server Error", "no_subject"),
    "503 with a terminal code": misbehaving.refusal("503 Service Unavailable", "no_subject"),
    "502": misbehaving.answer("502 Bad Gateway", b"<html>"),
    "503 of another server": misbehaving.answer("503 Service Unavailable", b"<html>"),
    "a body cut short": misbehaving.answer("200 OK", samples.job())[:-20],
    "a chunk cut short": b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"job',
    "a head cut short": b"HTTP/1.1 200 OK\r\nContent-Le",
    "no HTTP": b"SSH-2.0-OpenSSH_9.2\r\n",
    "nothing": b"",
}


@pytest.mark.parametrize("spoiled", SPOILED.values(), ids=SPOILED.keys())
def test_outcome_unknown_for_anything_else(spoiled: bytes) -> None:
    with pytest.raises(OutcomeUnknown):
        submit(spoiled)


def test_a_redirect_is_not_followed() -> None:
    with misbehaving.serving(misbehaving.answer("200 OK", samples.job())) as elsewhere:
        with pytest.raises(OutcomeUnknown):
            submit(misbehaving.answer("307 Temporary Redirect", b"", f"Location: {elsewhere.url}/v1"))
        assert elsewhere.requests == []


def test_a_request_that_was_sent_is_not_sent_again() -> None:
    with misbehaving.serving(b"", misbehaving.answer("200 OK", samples.job())) as server:
        with pytest.raises(OutcomeUnknown):
            samples.client(server.url).submit(samples.order())
        assert len(server.requests) == 1


def test_a_source_without_a_digest_leaves_the_field_out_and_one_with_it_sends_it() -> None:
    with misbehaving.serving(misbehaving.answer("201 Created", samples.job())) as server:
        samples.client(server.url).submit(samples.order(source=Picture("http://x/y", "ab" * 32)))
    assert json.loads(server.requests[0].partition(b"\r\n\r\n")[2])["source"]["sha256"] == "ab" * 32
