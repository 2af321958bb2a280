"""The processes of the stack, each with its command line."""

import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from config.embedded import environment, valkey
from config.embedded.bootstrap import ROOT
from config.embedded.folders import Folders
from config.embedded.process import Process

WORKER_THREADS = 16
# A worker that is asked to end finishes what it has in hand: a message of jobs begins none after ten seconds,
# and no call to Studio takes more than fifteen.
WORKER_PATIENCE = 30.0


@dataclass(frozen=True)
class Parts:
    """Makes the parts of one stack; nothing runs yet."""

    folders: Folders
    environment: Mapping[str, str]

    def web(self, listener: int) -> Process:
        """The HTTP API on a socket that is open already."""
        command = [
            "-m",
            "gunicorn",
            "--config",
            "python:config.gunicorn",
            "--bind",
            f"fd://{listener}",
            "config.wsgi",
        ]
        return self._process("web", command, files=(listener,))

    def worker(self) -> Process:
        command = [
            "-m",
            "celery",
            "-A",
            "config.celery",
            "worker",
            "-P",
            "threads",
            "-c",
            str(WORKER_THREADS),
        ]
        # What workers tell each other is of no use to one alone, and costs a second at start.
        quiet = ["--without-mingle", "--without-gossip", "--loglevel", "INFO"]
        # Its only way to say that it is ready is a line of this level.
        talking = {**self.environment, "LOG_LEVEL": "INFO"}
        name = f"{self.folders.identity}@{socket.gethostname()}"
        return self._process("worker", [*command, *quiet, "-n", name], talking, patience=WORKER_PATIENCE)

    def scheduler(self) -> Process:
        return self._process("scheduler", ["manage.py", "scheduler"])

    def studio(self, url: str, web_url: str) -> Process:
        """The reference Studio. It gets its own secrets and none of the gateway's."""
        port = str(urlsplit(url).port)
        command = ["-m", "studio_client.reference", "--host", "127.0.0.1", "--port", port]
        secret = {"SECRET_KEY", "FIELD_ENCRYPTION_KEYS", *environment.servers(self.folders)}
        own = {name: value for name, value in self.environment.items() if name not in secret}
        # Where pictures come from and go to may be on this machine as well.
        places = (web_url, self.environment.get("S3_ENDPOINT_URL", ""))
        own["STUDIO_ALLOW_PRIVATE"] = ",".join(urlsplit(place).netloc for place in places if place)
        # It serves both modes; only orders of test jobs ever ask for a rehearsal.
        own.setdefault("STUDIO_REHEARSALS", "1")
        return self._process("studio", [*command, "--data", str(self.folders.studio)], own)

    def valkey(self) -> Process:
        command = valkey.arguments(self.folders.valkey, self.folders.valkey_socket)
        return Process("valkey", command, self.environment, ROOT, self._log("valkey"))

    def _process(
        self,
        name: str,
        arguments: list[str],
        environment: Mapping[str, str] | None = None,
        patience: float = 10.0,
        files: tuple[int, ...] = (),
    ) -> Process:
        command = [sys.executable, *arguments]
        # Only commands change the schema: what works need not know how to become the owner of the tables.
        working = {**(environment or self.environment), "DATABASE_OWNER_URL": ""}
        return Process(name, command, working, ROOT, self._log(name), patience, files)

    def _log(self, name: str) -> Path:
        return self.folders.logs / f"{name}.log"
