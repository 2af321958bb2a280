"""A Studio that delivers a small real picture at once, or waits for the test; it notes what it was asked."""

import hashlib
import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests
from PIL import Image

# Longer than a test may take; shorter than for ever, so that no thread is left behind.
_PATIENCE = 60.0


def _open() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


@dataclass
class Studio:
    """`puts` has the job id of every submission that arrived. While `answers` is clear, a submission gets no
    answer; while `finishes` is clear, no job gets beyond IN_PROGRESS."""

    url: str = ""
    puts: list[str] = field(default_factory=list)
    answers: threading.Event = field(default_factory=_open)
    finishes: threading.Event = field(default_factory=_open)
    _jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def reset(self) -> None:
        self.answers.set()
        self.finishes.set()

    def submit(self, job_id: str, order: dict[str, Any]) -> dict[str, Any]:
        self.puts.append(job_id)
        with self._lock:
            job = self._jobs.setdefault(job_id, {"status": "IN_PROGRESS", "order": order, "version": 1})
        self.answers.wait(_PATIENCE)
        return self._told(job_id, job)

    def known(self, job_ids: list[str]) -> list[dict[str, Any]]:
        return [self._told(job_id, self._jobs[job_id]) for job_id in job_ids if job_id in self._jobs]

    def cancel(self, job_id: str) -> dict[str, Any]:
        error = {"code": "cancelled", "message": "It was cancelled.", "retryable": False, "reasons": []}
        with self._lock:
            job = self._jobs[job_id]
            if job["status"] == "IN_PROGRESS":
                job.update(status="FAILURE", error={**error, "stage": None}, version=2)
        return self._told(job_id, job)

    def _told(self, job_id: str, job: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            if self.finishes.is_set() and job["status"] == "IN_PROGRESS":
                job.update(status="SUCCESS", outputs=[_deliver(job["order"])], version=2)
        told: dict[str, Any] = {
            "outputs": [],
            "error": None,
            "warnings": [],
            "progress": 0.0,
            "stage": None,
            "job_id": job_id,
        }
        return {**told, **{name: value for name, value in job.items() if name != "order"}}


def _deliver(order: dict[str, Any]) -> dict[str, Any]:
    name = order["output"]["format"]
    file = io.BytesIO()
    Image.new("RGB", (32, 32), "green").save(file, name.upper())
    content = file.getvalue()
    url = order["deliver_to"]["put_url"]
    sent = requests.put(url, data=content, headers={"Content-Type": f"image/{name}"}, timeout=30)
    sent.raise_for_status()
    digest = hashlib.sha256(content).hexdigest()
    picture = {"width": 32, "height": 32, "format": name, "bytes": len(content), "sha256": digest}
    return {"url": url.partition("?")[0], **picture}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 100

    def handle_error(self, *_: object) -> None:
        """Whoever asked may have been killed meanwhile; what else goes wrong here shows in the job."""


@contextmanager
def running() -> Iterator[Studio]:
    studio = Studio()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            self._answer(201, studio.submit(self.path.rpartition("/")[2], self._body()))

        def do_POST(self) -> None:
            if self.path.endswith("/cancel"):
                self._answer(202, studio.cancel(self.path.split("/")[3]))
            else:
                self._answer(200, {"jobs": studio.known(self._body()["job_ids"])})

        def _body(self) -> Any:
            return json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")

        def _answer(self, status: int, body: dict[str, Any]) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """The log that tests read is `puts`."""

    with _Server(("127.0.0.1", 0), Handler) as server:
        studio.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield studio
        studio.reset()
        server.shutdown()
        thread.join()
