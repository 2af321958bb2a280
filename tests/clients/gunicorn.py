"""The gateway behind its real web server, for what only sockets show."""

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.embedded import leash
from tests import waiting

DEADLINE = 60


@dataclass(frozen=True)
class Site:
    """A running server."""

    port: int
    master: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def workers(self) -> list[int]:
        """The process ids of those who answer."""
        return [
            int(pid) for pid in Path(f"/proc/{self.master}/task/{self.master}/children").read_text().split()
        ]

    @property
    def busiest(self) -> int:
        """The worker that holds most connections, to its clients and to servers."""
        return max(self.workers, key=_sockets)

    def send(self, head: str, body: bytes = b"") -> bytes:
        """Writes a request as it is and reads until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=DEADLINE) as connection:
            connection.sendall(head.replace("\n", "\r\n").encode("latin-1") + b"\r\n\r\n" + body)
            answer = b""
            while chunk := connection.recv(65536):
                answer += chunk
        return answer


def _sockets(pid: int) -> int:
    count = 0
    for link in Path(f"/proc/{pid}/fd").iterdir():
        # What it closes meanwhile is none.
        with contextlib.suppress(FileNotFoundError):
            count += str(link.readlink()).startswith("socket:")
    return count


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@contextlib.contextmanager
def serving(**more: str) -> Iterator[Site]:
    """One process of the server on the database that tests point to now; `more` goes into its environment."""
    port = _free_port()
    words = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "-b", f"127.0.0.1:{port}"]
    environment = {
        **os.environ,
        "WEB_CONCURRENCY": "1",
        "WEB_THREADS": "4",
        "STUDIO_URL": "http://127.0.0.1:9",
        **more,
    }
    server = subprocess.Popen(leash.command([*words, "config.wsgi"]), env=environment)
    try:
        waiting.until(lambda: _answers(port) or server.poll() is not None, DEADLINE)
        assert server.poll() is None, "gunicorn has ended"
        yield Site(port, server.pid)
    finally:
        server.terminate()
        server.wait()
