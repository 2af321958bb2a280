"""Bytes that no honest client sends: each is refused in the envelope, costs nothing, and holds up nobody."""

import contextlib
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from assets import storage
from clients import ulids
from tests import databases
from tests import world as worlds
from tests.clients import gunicorn
from tests.clients.gunicorn import Site
from tests.world import SWAP, World
from workflows.models import Job

TE = "Transfer-Encoding"


@dataclass(frozen=True)
class Served:
    site: Site
    world: World

    def send(self, line: str, *headers: str, body: bytes = b"", key: bool = True, host: bool = True) -> bytes:
        lines = [line, "Connection: close"]
        lines += ["Host: 127.0.0.1"] if host else []
        lines += [f"Authorization: Bearer {self.world.owner.key}"] if key else []
        return self.site.send("\n".join([*lines, *headers]), body)

    def order(self, *headers: str, query: str = "", body: bytes | None = None) -> bytes:
        raw = json.dumps(self.world.order()).encode() if body is None else body
        length = () if any(header.startswith(("Content-Length", TE)) for header in headers) else (len(raw),)
        more = [f"Content-Length: {number}" for number in length]
        json_type = "Content-Type: application/json"
        return self.send(f"POST {SWAP}{query} HTTP/1.1", json_type, *more, *headers, body=raw)


@pytest.fixture
def served(committed_db: databases.Database, pictures: storage.PictureStorage) -> Iterator[Served]:
    world = worlds.make_world()
    with gunicorn.serving(WEB_SILENCE_SECONDS="1") as site:
        yield Served(site, world)


# Headers of a POST that would be accepted without them → the status.
ON_AN_ORDER: dict[tuple[str, ...], int] = {
    ("Content-Length: 5", "Content-Length: 6"): 400,
    ("Content-Length: 5", "Content-Length: 5"): 400,
    ("Content-Length: 5, 5",): 400,
    ("Content-Length: -1",): 400,
    ("Content-Length: +5",): 400,
    ("Content-Length: 0x10",): 400,
    ("Content-Length: \xb2",): 400,
    ("Content-Length: ",): 400,
    ("Content-Length: 5", f"{TE}: chunked"): 400,
    (f"{TE}: xchunked",): 501,
    (f"{TE}: identity",): 400,
    (f"{TE} : chunked",): 400,
    ("X-A: a\n b",): 400,
    ("X-A: a\x00b",): 400,
    ("X-A: a\rX-B: b",): 400,
    ("Host: evil.example",): 400,
    ("Expect: 200-ok",): 417,
    ("X-A: " + "x" * 20_000,): 431,
    tuple(f"X-{number}: a" for number in range(200)): 431,
    ("X-Max-Credits: 1", "X-Max-Credits: 100"): 422,
    ("Authorization: Bearer x",): 401,
    ("X-Shopify-Hmac-Sha256: \xfc",): 401,
    # What underscores would smuggle past a proxy, and what only a proxy may say, is not heard.
    ("Idempotency_Key: a", "HTTP_X_MAX_CREDITS: 1", "X_Max_Credits: 1"): 202,
    ("SCRIPT_NAME: /x",): 202,
    ("SCRIPT_NAME: /v1",): 202,
    ("PATH_INFO: /v1/nothing",): 202,
    ("X-Forwarded-Host: evil.example", "X-Forwarded-For: ' OR 1", "X-HTTP-Method-Override: DELETE"): 202,
}
QUERIES = {"?dry_run=false&dry_run=true": 422, "?dry_run=": 422, "?dry_run=TRUE": 422, "?=1": 422, "?": 202}
LINES = {
    "GET /v1/me": 400,
    "GET /v1/me HTTP/2.0": 400,
    "GET /v1/me x HTTP/1.1": 400,
    "get /v1/me HTTP/1.1": 400,
    "G\xcbT /v1/me HTTP/1.1": 400,
    "GET /v1/jobs/\xfc HTTP/1.1": 400,
    f"GET /v1/jobs?pilot_brand={'x' * 9000} HTTP/1.1": 414,
    "\x16\x03\x01\x02\x00": 400,
    "TRACE /v1/me HTTP/1.1": 405,
    "GET /v1/me;x=1 HTTP/1.1": 404,
    "GET /v1/jobs/%2e%2e%2fme HTTP/1.1": 404,
    "GET /v1/jobs/%ff%fe HTTP/1.1": 404,
    "GET /v1/jobs?pilot_brand=%00 HTTP/1.1": 422,
    "GET /v1/jobs?limit=1;offset=2 HTTP/1.1": 422,
    "GET /v1/jobs?limit=%D9%A1 HTTP/1.1": 422,
    "GET /v1/jobs?limit=+1 HTTP/1.1": 422,
    "GET /v1/jobs?created_after=0001-01-01T00:00:00%2B14:00 HTTP/1.1": 422,
    "GET /v1/request-logs?created_before=9999-12-31T23:59:59-14:00 HTTP/1.1": 422,
    "GET /files/..%2f..%2fetc/passwd HTTP/1.1": 403,
    "GET http://evil.example/v1/me HTTP/1.1": 200,
}


def test_what_is_no_request_is_refused_in_the_envelope(served: Served) -> None:
    """One server for all: each start costs seconds."""
    for headers, status in ON_AN_ORDER.items():
        check(served.order(*headers), status, headers)
    for query, status in QUERIES.items():
        check(served.order(query=query), status, query)
    for line, status in LINES.items():
        check(served.send(line), status, line)
    accepted = [*ON_AN_ORDER.values(), *QUERIES.values()].count(202)
    assert Job.objects.count() == accepted
    assert served.world.owner.account().balance == 100 - 5 * accepted
    silent_clients_hold_up_nobody(served)


def check(answer: bytes, status: int, of: object) -> None:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode()), (of, answer)
    if status >= 400:
        error = json.loads(body)["error"]
        assert ulids.is_valid(error["request_id"]), of
        assert f"X-Request-Id: {error['request_id']}".encode() in head, of
        assert error["charged"] == 0, of
        assert (error["code"] == "MALFORMED_REQUEST") == (status in (400, 414, 417, 431, 501)), of


def silent_clients_hold_up_nobody(served: Served) -> None:
    """More of them than the server has threads: in the head, in the body, and before a body without end."""
    key = served.world.owner.key
    head = f"POST {SWAP} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
    starts = [head, f"{head}Content-Length: 9\r\n\r\n{{", f"{head}Content-Length: {10**30}\r\n\r\n"]
    with contextlib.ExitStack() as opened:
        for start in starts * 3:
            line = opened.enter_context(socket.create_connection(("127.0.0.1", served.site.port), timeout=30))
            line.sendall(start.encode())
        for _ in range(3):
            check(served.send("GET /v1/me HTTP/1.1"), 200, "a client that waits behind silent ones")
