"""The scripted Studio as a process: protocol version 1 over HTTP, its answers spoiled as the seed says."""

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.chaos.journal import Journal
from tests.chaos.mailbox import Mailbox
from tests.chaos.studio import board, script

_LONGER_THAN_A_CALL = 16.0
_HUGE = 50 * 1024 * 1024


class Studio:
    """`mood` overrides every answer for a while: refuse, 500 or 429."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.seed = int(given["seed"])
        self.token = str(given["token"])
        self.journal = Journal(Path(given["journal"]))
        self.board = board.Board(self.seed, self.journal, given["keys"])
        self.often = float(given["mischief"])
        self.mood, self.mood_ends = "", 0.0
        self.calls: dict[str, int] = {}

    def moody(self, mood: str, seconds: float) -> None:
        self.mood, self.mood_ends = mood, time.monotonic() + seconds

    def calm(self) -> None:
        self.often, self.mood = 0.0, ""

    def present_mood(self) -> str:
        return self.mood if time.monotonic() < self.mood_ends else ""

    def spoils(self, call: str) -> str | None:
        """How the nth call of this kind goes wrong, if it does."""
        number = self.calls[call] = self.calls.get(call, 0) + 1
        return script.mischief(self.seed, f"{call}/{number}", self.often)

    def answer(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        parts = path.partition("?")[0].split("/")
        if method == "PUT":
            return self.board.submit(parts[3], body)
        if path == "/v1/jobs:batchStatus":
            return 200, self.board.states(body["job_ids"])
        if parts[-1] == "cancel":
            return self.board.cancel(parts[3])
        found = self.board.states([parts[-1]])["jobs"]
        return (200, found[0]) if found else (404, board.refusal("job_not_found"))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    studio: Studio

    def _serve(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Authorization") != f"Bearer {self.studio.token}":
            self._reply(401, board.refusal("unauthorized"))
            return
        mood = self.studio.present_mood()
        if mood:
            self._be_moody(mood)
            return
        body = json.loads(raw or b"{}")
        label = str(body.get("metadata", {}).get("pilot_brand", "")) or self.path.rpartition("/")[2]
        spoilt = self.studio.spoils(f"{self.command} {label}")
        if spoilt:
            self.studio.journal.write("spoilt", call=f"{self.command} {label}", how=spoilt)
        if spoilt in ("500 before", "429", "429 absurd", "503"):
            self._refuse(spoilt)
            return
        status, answer = self.studio.answer(self.command, self.path, body)
        if spoilt is None:
            self._reply(status, answer)
        else:
            self._spoil(spoilt, status, answer)

    do_PUT = do_POST = do_GET = _serve

    def _be_moody(self, mood: str) -> None:
        if mood == "refuse":
            self.close_connection = True
        else:
            self._refuse(mood)

    def _refuse(self, how: str) -> None:
        if how == "429":
            self._reply(429, board.refusal("queue_full", retryable=True), {"Retry-After": "1"})
        elif how == "429 absurd":
            absurd = ("-7", "99999999", "soon", "1e400")[len(self.studio.calls) % 4]
            self._reply(429, board.refusal("queue_full", retryable=True), {"Retry-After": absurd})
        elif how == "503":
            self._reply(503, board.refusal("draining", retryable=True), {"Retry-After": "2"})
        else:
            self._reply(500, {"oops": True})

    def _spoil(self, how: str, status: int, answer: dict[str, Any]) -> None:
        """The call has had its effect; what the caller gets is another matter."""
        content = json.dumps(answer).encode()
        if how == "silent":
            time.sleep(_LONGER_THAN_A_CALL)
            self.close_connection = True
        elif how == "cut":
            self.close_connection = True
        elif how == "500 after":
            self._reply(500, {"oops": True})
        elif how == "another job":
            self._reply(status, {**answer, "job_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV"})
        elif how == "null":
            self._send(status, b"null")
        elif how == "html":
            self._send(
                status, b"<html><body>Welcome to the proxy</body></html>", {"Content-Type": "text/html"}
            )
        elif how == "truncated":
            self._send(status, content[: len(content) // 2])
        else:
            self._flood(content, slowly=how == "drip")

    def _flood(self, content: bytes, *, slowly: bool) -> None:
        """50 MB, or one byte a second."""
        self.close_connection = True
        self._begin(200, 10_000 if slowly else _HUGE)
        try:
            for at in range(int(_LONGER_THAN_A_CALL) if slowly else _HUGE // 65536):
                self.wfile.write(content[at : at + 1] if slowly else b" " * 65536)
                if slowly:
                    time.sleep(1)
        except OSError:
            return

    def _reply(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        self._send(status, json.dumps(body).encode(), headers)

    def _send(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self._begin(status, len(content), headers)
        self.wfile.write(content)

    def _begin(self, status: int, length: int, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """What counts stands in the journal."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_: object) -> None:
        """A gateway that was killed in the middle of a call."""


def _serve(port: int) -> Server:
    server = Server(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server


def main() -> None:
    given = json.loads(sys.argv[1])
    studio = Handler.studio = Studio(given)
    mailbox = Mailbox(Path(given["mailbox"]))
    server: Server | None = _serve(int(given["port"]))
    while True:
        for order in mailbox.orders(0.05):
            getattr(studio, order.pop("do"))(**order)
        refusing = studio.present_mood() == "refuse"
        if refusing and server:
            server.shutdown()
            server.server_close()
            server = None
        elif not refusing and server is None:
            server = _serve(int(given["port"]))


if __name__ == "__main__":
    main()
