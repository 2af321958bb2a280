"""A bad road to the gateway: a real proxy that does to a trip's first request what its path says.

`{url}/{trouble}/{trip}` is a base URL for an SDK; `{url}/seen/{trip}` lists what came along it.
"""

import http.client
import json
import socket
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from urllib.parse import urlsplit

RETRY_AFTER = 1
HOP = ("host", "connection", "transfer-encoding", "content-length")


@dataclass(frozen=True)
class Seen:
    """One request that came along the road."""

    method: str
    path: str
    idempotency_key: str | None
    at: float


class Road(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, gateway: str) -> None:
        super().__init__(("127.0.0.1", 0), Traveller)
        self.gateway = urlsplit(gateway).netloc
        self.trips: dict[str, list[Seen]] = defaultdict(list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@dataclass(frozen=True)
class Trip:
    """One SDK's way along the road."""

    road: Road
    name: str

    def past(self, trouble: str) -> str:
        """A base URL for the SDK."""
        return f"{self.road.url}/{trouble}/{self.name}"

    @property
    def seen(self) -> list[Seen]:
        return self.road.trips[self.name]


class Traveller(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Road

    def log_message(self, format: str, *arguments: object) -> None:
        """Tests say themselves what went wrong."""

    def do_GET(self) -> None:
        _, trouble, trip, *rest = self.path.split("/", 3)
        if trouble == "seen":
            self._answer(200, json.dumps([asdict(seen) for seen in self.server.trips[trip]]).encode())
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        seen = self.server.trips[trip]
        seen.append(Seen(self.command, f"/{rest[0]}", self.headers.get("Idempotency-Key"), monotonic()))
        meet = TROUBLES[trouble] if len(seen) == 1 or trouble == "closed" else Traveller._pass
        meet(self, f"/{rest[0]}", body)

    do_POST = do_GET

    def _pass(self, path: str, body: bytes) -> None:
        status, headers, content = self._forward(path, body)
        self._answer(status, content, headers)

    def _cut(self, path: str, body: bytes) -> None:
        """The gateway does it, and the answer is lost."""
        self._forward(path, body)
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _break_off(self, path: str, body: bytes) -> None:
        """Half of the answer comes."""
        _, _, content = self._forward(path, body)
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2])
        self.close_connection = True

    def _away(self, path: str, body: bytes) -> None:
        self._refuse(503, "SERVICE_UNAVAILABLE", RETRY_AFTER)

    def _crowded(self, path: str, body: bytes) -> None:
        self._refuse(429, "RATE_LIMITED", RETRY_AFTER)

    def _closed(self, path: str, body: bytes) -> None:
        self._refuse(503, "OPERATION_DISABLED", 3600)

    def _broken(self, path: str, body: bytes) -> None:
        """As proxies say it."""
        self._answer(502, b"<html>Bad Gateway</html>", {"Content-Type": "text/html"})

    def _forward(self, path: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        sent = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
        with closing(http.client.HTTPConnection(self.server.gateway, timeout=60)) as onward:
            onward.request(self.command, path, body or None, {**sent, "Content-Length": str(len(body))})
            answer = onward.getresponse()
            kept = {name: value for name, value in answer.getheaders() if name.lower() not in HOP}
            return answer.status, kept, answer.read()

    def _refuse(self, status: int, code: str, retry_after: int) -> None:
        error = {"code": code, "message": "Not now.", "request_id": "0" * 26, "charged": 0, "retryable": True}
        self._answer(status, json.dumps({"error": error}).encode(), {"Retry-After": str(retry_after)})

    def _answer(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != http.HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


TROUBLES = {
    "none": Traveller._pass,
    "cut": Traveller._cut,
    "broken-off": Traveller._break_off,
    "away": Traveller._away,
    "crowded": Traveller._crowded,
    "closed": Traveller._closed,
    "broken": Traveller._broken,
}


@contextmanager
def to(gateway: str) -> Iterator[Road]:
    road = Road(gateway)
    serving = threading.Thread(target=road.serve_forever, daemon=True)
    serving.start()
    yield road
    road.shutdown()
    serving.join()
    road.server_close()
