"""Whatever Studio does, a call ends in time and takes little memory."""

import resource
import socket
import threading
import time

import pytest

from studio_client import NotNow, OutcomeUnknown
from tests.studio_client import misbehaving, samples

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
TOTAL_S = 0.8
SLACK_S = 0.7


def get(answer: bytes | misbehaving.Script) -> float:
    """Seconds until the call gave up."""
    with misbehaving.serving(answer) as server:
        began = time.monotonic()
        with pytest.raises(OutcomeUnknown):
            samples.client(server.url).get(samples.JOB_ID)
        return time.monotonic() - began


@pytest.mark.parametrize(
    "answer",
    [
        misbehaving.dribbling(HEAD + b"Content-Length: 9000\r\n\r\n"),
        misbehaving.dribbling(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        misbehaving.dribbling(HEAD + b"X-Slow: ", b"x"),
        misbehaving.dribbling(HEAD, b"X-More: 1\r\n"),
        misbehaving.dribbling(b"", b"H"),
    ],
    ids=["body", "chunks", "one header", "many headers", "status line"],
)
def test_bytes_that_dribble_end_at_the_total_time(answer: misbehaving.Script) -> None:
    seconds = get(answer)
    assert TOTAL_S - 0.1 <= seconds < TOTAL_S + SLACK_S


def test_silence_ends_at_the_read_time() -> None:
    def silent(connection: socket.socket) -> None:
        threading.Event().wait(1.5)

    assert get(silent) < TOTAL_S


def test_a_body_of_fifty_megabytes_is_not_read_to_its_end() -> None:
    sent = 0

    def flood(connection: socket.socket) -> None:
        nonlocal sent
        connection.sendall(HEAD + b"Content-Length: 52428800\r\n\r\n")
        for _ in range(50):
            connection.sendall(b" " * 1_048_576)
            sent += 1

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    get(flood)
    assert sent < 30
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


def test_a_compressed_answer_is_not_unpacked() -> None:
    packed = bytes.fromhex("1f8b0800000000000003abae050043bfa6a302000000")
    get(misbehaving.answer("200 OK", packed, "Content-Encoding: gzip"))


def test_a_long_poll_may_take_its_wait_longer() -> None:
    def late(connection: socket.socket) -> None:
        threading.Event().wait(1.0)
        connection.sendall(misbehaving.answer("200 OK", samples.job()))

    with misbehaving.serving(late) as server:
        assert samples.client(server.url).get(samples.JOB_ID, wait=1).version == 2
    assert server.requests[0].startswith(b"GET /v1/jobs/01ARZ3NDEKTSV4RRFFQ69G5FAV?wait=1 ")


def test_connecting_ends_in_time_where_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(address)
        began = time.monotonic()
        with pytest.raises(NotNow):
            samples.client(f"http://127.0.0.1:{address[1]}").get(samples.JOB_ID)
        assert time.monotonic() - began < TOTAL_S + SLACK_S
        for each in waiting:
            each.close()


def test_one_client_serves_many_threads_with_a_connection_each() -> None:
    def kept_open(connection: socket.socket) -> None:
        together.wait(5)
        connection.sendall(misbehaving.answer("200 OK", samples.job()))

    together = threading.Barrier(8)
    versions: list[int] = []
    with misbehaving.serving(kept_open) as server:
        client = samples.client(server.url)
        threads = [
            threading.Thread(target=lambda: versions.append(client.get(samples.JOB_ID).version))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert versions == [2] * 8
