"""The reference Studio as a process of its own, as it is run for real."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests import waiting

ROOT = Path(__file__).parents[2]
TOKEN = "a-token-for-tests"
CALLBACK_KEY = ("2026-11", "whsec_" + "Q" * 32)


@dataclass
class Studio:
    """A Studio over HTTP; ``process`` only where the tests started it."""

    url: str
    token: str
    callback_key: tuple[str, str] = CALLBACK_KEY
    process: "subprocess.Popen[str] | None" = None
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.headers["Authorization"] = f"Bearer {self.token}"
        self.session.trust_env = False

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        """One request with the token; ``more`` goes to requests."""
        return self.session.request(method, self.url + path, timeout=30, **more)

    def job(self, job_id: str) -> dict[str, Any]:
        """The job as it stands."""
        body: dict[str, Any] = self.call("GET", f"/v1/jobs/{job_id}").json()
        return body

    def ended(self, job_id: str) -> dict[str, Any]:
        """The job when it has ended."""
        return waiting.until(lambda: self._if_ended(job_id), 40)

    def child(self) -> int:
        """The id of the process that makes the pictures."""
        return waiting.until(lambda: next(iter(children(self.pid)), None))

    @property
    def pid(self) -> int:
        if self.process is None:
            raise ValueError("this Studio is not a process of ours")
        return self.process.pid

    def _if_ended(self, job_id: str) -> dict[str, Any] | None:
        job: dict[str, Any] = self.call("GET", f"/v1/jobs/{job_id}?wait=10").json()
        return job if job["status"] in ("SUCCESS", "FAILURE") else None


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@contextmanager
def running(data: Path, allow: str, **environment: str) -> Iterator[Studio]:
    """A reference Studio that is ready; what it writes to standard error is kept in ``data``."""
    data.mkdir(exist_ok=True)
    process = _started(data, {"STUDIO_ALLOW_PRIVATE": allow, **environment})
    try:
        line = process.stdout.readline() if process.stdout else ""
        assert line.startswith("Studio listens on "), "it wrote no address"
        studio = Studio(line.split()[-1], TOKEN, process=process)
        waiting.until(lambda: _is_ready(studio), 60)
        yield studio
    finally:
        process.send_signal(signal.SIGTERM)
        # pytest shows it with the failure of a test.
        sys.stderr.write((data / "stderr.txt").read_text())
        try:
            process.wait(10)
        finally:
            process.kill()
            process.communicate()


def _is_ready(studio: Studio) -> bool:
    try:
        return studio.call("GET", "/v1/ready").ok
    except requests.ConnectionError as error:
        raise AssertionError("Studio ended while it started") from error


def _started(data: Path, environment: dict[str, str]) -> "subprocess.Popen[str]":
    key_id, secret = CALLBACK_KEY
    given = {"STUDIO_TOKEN": TOKEN, "STUDIO_CALLBACK_KEYS": f"{key_id}:{secret}", **environment}
    with (data / "stderr.txt").open("a") as stderr:
        return subprocess.Popen(
            [sys.executable, "-m", "studio_client.reference", "--port", "0", "--data", str(data)],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            cwd=ROOT,
            env={**os.environ, **given},
        )
