"""The whole gateway on one machine: what runs, in which order, with which environment."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from config.embedded import addresses, bootstrap, database, environment, leash, parts, probes
from config.embedded.folders import VARIABLE, Folders
from config.embedded.locks import Lock
from config.embedded.process import Process
from config.embedded.supervisor import Supervisor, Unit

READY_SECONDS = 120.0
# In the order in which they end: who works, together, and then what they stand on.
STOP_ORDER = (("web", "scheduler", "worker", "studio"), ("valkey", "postgres"))
PARTS = tuple(name for names in STOP_ORDER for name in names)


class StackError(RuntimeError):
    """The stack cannot be started; the text says what to do."""


class Stack:
    """Everything that a data folder needs to serve, except what `given` holds an address of.

    `port` 0 takes a free one. `given` is the environment that the processes get, completed where it is
    wanting (default: our own). Use as a context manager: inside the block all is ready, after it all is gone.
    """

    def __init__(
        self,
        data: Path,
        port: int = 0,
        given: Mapping[str, str] | None = None,
        report: Callable[[str], None] | None = None,
    ) -> None:
        self.folders = Folders(data.expanduser().resolve())
        self.url = ""
        self.studio_url = ""
        self.environment: dict[str, str] = {}
        self._port = port
        self._given = dict(os.environ if given is None else given)
        self._report = report or _to_stderr
        self._units: dict[str, Unit] = {}
        self._exit = contextlib.ExitStack()

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as undo:
            undo.callback(self._exit.close)
            self._take_data_folder()
            listener = self._listen()
            self._choose_addresses(listener)
            self._supervisor = Supervisor(self._report)
            self._exit.callback(self._supervisor.close, STOP_ORDER)
            self._start_all(listener)
            undo.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._exit.close()

    def process(self, name: str) -> Process:
        """A running part, to look at or to hurt: web, worker, scheduler, studio, valkey. Raises KeyError."""
        unit = self._units[name]
        if not isinstance(unit, Process):
            raise KeyError(f"{name} is no single process")
        return unit

    def start(self, name: str) -> None:
        """Start a part that was stopped, and wait until it is ready. Raises KeyError, StackError."""
        self._supervisor.start(self._units[name])
        self.wait_until_ready(name)

    def stop(self, name: str) -> None:
        """End a part, and leave it ended until `start`."""
        self._supervisor.stop(name)

    def run(self, *arguments: str) -> str:
        """Run a management command on this stack and give back its standard output.

        Raises StackError with what it said if it fails.
        """
        command = leash.command([sys.executable, bootstrap.ROOT / "manage.py", *arguments])
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise StackError(
                f"`manage.py {' '.join(arguments)}` failed:\n{(done.stdout + done.stderr)[-3000:]}"
            )
        return done.stdout

    def wait_until_ready(self, *names: str) -> None:
        """Wait until these parts answer. Raises StackError after READY_SECONDS."""
        asked = {
            name: probe for name, probe in self._probes().items() if name in names and name in self._units
        }
        deadline = time.monotonic() + READY_SECONDS
        for name, probe in asked.items():
            while not probe():
                if time.monotonic() > deadline:
                    log = self.process(name).end_of_log()
                    raise StackError(f"{name} is not ready after {READY_SECONDS:g} s. Its log ends:\n{log}")
                time.sleep(0.05)

    def _take_data_folder(self) -> None:
        lock = self._exit.enter_context(Lock(self.folders.data / "run.lock"))
        if not lock.take():
            raise StackError(
                f"{self.folders.data} is served already, by {lock.holder()}: "
                "end that one, or choose another folder with --data."
            )
        database.wait_to_own(self._exit.enter_context(Lock(self.folders.data / "postgres.lock")))
        self.folders.make()
        self._exit.callback(self.folders.remove_sockets)

    def _listen(self) -> socket.socket:
        """The web's socket is ours, so that requests wait, and are not refused, while it starts again."""
        try:
            return self._exit.enter_context(addresses.listening(self._port))
        except OSError as error:
            raise StackError(
                f"Port {self._port} cannot be used ({error.strerror}): choose another with --port."
            ) from error

    def _choose_addresses(self, listener: socket.socket) -> None:
        self.url = addresses.url_of(listener)
        self.studio_url = self._given.get("STUDIO_URL") or addresses.for_studio(self.folders)
        ours = {
            "PUBLIC_URL": self.url,
            "STUDIO_URL": self.studio_url,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            **environment.missing(self.folders, self._given),
        }
        if not self._given.get("STUDIO_URL"):
            # Test jobs never reach a Studio that somebody else gave for live ones.
            ours["STUDIO_TEST_URL"] = self.studio_url
        fixed = {VARIABLE: str(self.folders.data), bootstrap.SWITCH: "0", "PYTHONUNBUFFERED": "1"}
        self.environment = {**ours, **self._given, **fixed}
        test_studio_url = self.environment.get("STUDIO_TEST_URL", "")
        addresses.note(self.folders, self.environment["PUBLIC_URL"], self.studio_url, test_studio_url)

    def _start_all(self, listener: socket.socket) -> None:
        """The slow and independent first; then the database, and what needs it."""
        make = parts.Parts(self.folders, self.environment)
        if not self._given.get("STUDIO_URL"):
            self._add(make.studio(self.studio_url, self.url))
        if self._is_ours("BROKER_URL") or self._is_ours("CACHE_URL"):
            self._add(make.valkey())
        if self._is_ours("DATABASE_URL"):
            self._add(database.server_of(self.folders))
        self.run("prepare")
        for part in (make.web(listener.fileno()), make.worker(), make.scheduler()):
            self._add(part)
        self.wait_until_ready(*PARTS)

    def _add(self, unit: Unit) -> None:
        self._units[unit.name] = unit
        self._supervisor.start(unit)

    def _is_ours(self, name: str) -> bool:
        return self.environment[name] == environment.servers(self.folders)[name]

    def _probes(self) -> dict[str, Callable[[], bool]]:
        studio = {"Authorization": f"Bearer {self.environment.get('STUDIO_TOKEN', '')}"}
        return {
            "valkey": lambda: probes.listens(self.folders.valkey_socket),
            "web": lambda: probes.answers(f"{self.url}/healthz"),
            "studio": lambda: probes.answers(f"{self.studio_url}/v1/ready", studio),
            "worker": lambda: self.process("worker").has_said(" ready."),
        }


def _to_stderr(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
