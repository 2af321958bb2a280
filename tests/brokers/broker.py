"""What every broker is to these tests, and Valkey as one of them."""

import os
import shutil
import signal
from pathlib import Path
from typing import Protocol, Self

import kombu
import redis

from config.embedded import valkey
from config.embedded.process import Process
from tests import waiting


class Broker(Protocol):
    """A server of the tests' own, which can be hurt."""

    url: str

    def start(self) -> None:
        """Start it, on what it had kept, and wait until it takes connections."""

    def kill(self) -> None:
        """End every process of it at once, as a power cut does."""

    def forget(self) -> None:
        """While it is down: lose what it had kept."""

    def freeze(self) -> None:
        """Keep its connections open and answer nothing, until `thaw`."""

    def thaw(self) -> None: ...

    def empty(self) -> None:
        """While it runs: lose every message and every queue."""


def freeze(process: Process) -> None:
    """Stop a process and its group; returns when none of its threads runs any more."""
    os.killpg(process.pid, signal.SIGSTOP)
    waiting.until(lambda: all(_is_stopped(thread) for thread in Path(f"/proc/{process.pid}/task").iterdir()))


def _is_stopped(thread: Path) -> bool:
    return (thread / "stat").read_text().rpartition(") ")[2].startswith("T")


def thaw(process: Process) -> None:
    os.killpg(process.pid, signal.SIGCONT)


class Valkey:
    """As `manage.py run` starts it, with a folder of its own. Use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self._kept = folder / "data"
        self._kept.mkdir(parents=True)
        self._socket = folder / "socket"
        self.url = valkey.broker_url(self._socket)
        command = valkey.arguments(self._kept, self._socket)
        self._server = Process("broker", command, os.environ, folder, folder / "broker.log")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        self._server.start()
        waiting.until(self._answers)

    def kill(self) -> None:
        self._server.sweep()
        waiting.until(lambda: not self._server.is_alive())

    def forget(self) -> None:
        shutil.rmtree(self._kept)
        self._kept.mkdir()

    def freeze(self) -> None:
        freeze(self._server)

    def thaw(self) -> None:
        thaw(self._server)

    def empty(self) -> None:
        with redis.Redis(unix_socket_path=str(self._socket)) as client:
            client.flushall()

    def _answers(self) -> bool:
        try:
            with kombu.Connection(self.url) as connection:
                connection.ensure_connection(max_retries=1)
        except (OSError, kombu.exceptions.OperationalError):
            return False
        return True
