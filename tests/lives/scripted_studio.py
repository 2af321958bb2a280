"""A Studio whose every answer is written by the test: real HTTP, a log of what it was asked."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


def error(code: str, *, retryable: bool = False) -> dict[str, Any]:
    return {"code": code, "message": f"It was {code}.", "retryable": retryable, "stage": "cut", "reasons": []}


@dataclass
class ScriptedStudio:
    """`submit` answers every PUT as (HTTP status, body); `jobs` is what batch status knows, by job id."""

    url: str = ""
    submit: tuple[int, Any] = (201, None)
    headers: dict[str, str] = field(default_factory=dict)
    batch_status: int = 200
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def puts(self) -> list[str]:
        return [path.rpartition("/")[2] for method, path, _ in self.asked if method == "PUT"]

    def stopped(self) -> list[str]:
        return [path.split("/")[3] for _, path, _ in self.asked if path.endswith("/cancel")]

    def says(self, job_id: str, status: str, **more: Any) -> None:
        known = self.jobs.get(job_id, {"version": 0})
        plain: dict[str, Any] = {"progress": 0.0, "stage": None, "outputs": [], "error": None, "warnings": []}
        self.jobs[job_id] = {
            **plain,
            "job_id": job_id,
            "status": status,
            "version": known["version"] + 1,
            **more,
        }

    def fails(self, job_id: str, code: str, *, retryable: bool = False) -> None:
        error = {
            "code": code,
            "message": f"It was {code}.",
            "retryable": retryable,
            "stage": "cut",
            "reasons": [],
        }
        self.says(job_id, "FAILURE", error=error)

    def answer(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        self.asked.append((method, path, body))
        if path.endswith("/cancel"):
            return self._cancel(path.split("/")[3])
        if method == "POST":
            known = [self.jobs[job_id] for job_id in body["job_ids"] if job_id in self.jobs]
            return self.batch_status, {"jobs": known}
        status, answer = self.submit
        job_id = path.rpartition("/")[2]
        if status < 300 and job_id not in self.jobs:
            self.says(job_id, "NOT_STARTED")
        return status, self.jobs.get(job_id) if answer is None else answer

    def _cancel(self, job_id: str) -> tuple[int, Any]:
        if job_id not in self.jobs:
            return 404, {"error": error("job_not_found")}
        if self.jobs[job_id]["status"] in ("SUCCESS", "FAILURE"):
            return 200, self.jobs[job_id]
        self.fails(job_id, "cancelled")
        return 202, self.jobs[job_id]


@contextmanager
def running(studio: ScriptedStudio | None = None) -> Iterator[ScriptedStudio]:
    """A server that answers what a Studio says; without one, a new one."""
    served = studio or ScriptedStudio()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _reply(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, body = served.answer(self.command, self.path, json.loads(raw or b"{}"))
            content = json.dumps(body).encode()
            # Without a date, unless the test writes one.
            self.send_response_only(status)
            for name, value in {"Content-Type": "application/json", **served.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_PUT = do_POST = do_GET = _reply

        def log_message(self, *_: object) -> None:
            """The log that tests read is `asked`."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        served.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield served
        server.shutdown()
        thread.join()
