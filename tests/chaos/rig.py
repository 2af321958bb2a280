"""The gateway on one machine for a storm: own servers, own folder in memory, forked from one zygote."""

import contextlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import psycopg

from config.embedded import addresses, bootstrap, folders, parts, postgres
from config.embedded.process import Process
from tests.chaos import brokers, mailbox, outfit, plan
from tests.chaos.journal import Line, Tail

PREFIX = "gateway-chaos-"
READY_SECONDS = 90.0
_PATIENCE = 2.0
# A kill -9 of the server must lose nothing that it has acknowledged; a power cut is not in the programme.
_IN_MEMORY = {**postgres.IN_MEMORY, "synchronous_commit": "on", "autovacuum": "on"}
WORKERS, SCHEDULERS = ("worker-1", "worker-2"), ("scheduler-1", "scheduler-2")


class RigError(RuntimeError):
    """The gateway did not come up, or went down for good; the text says where to look."""


class Rig:
    """Use as a context manager: inside the block the gateway serves, after it nothing is left running.

    The folder stays until `remove`.
    """

    def __init__(self, asked: plan.Plan) -> None:
        self.plan = asked
        parent = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else Path(tempfile.gettempdir())
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        self.folder.chmod(0o711)
        self.folders = folders.Folders(self.folder / "data")
        self.journals = self.folder / "journals"
        self.environment: dict[str, str] = {}
        self.url = ""
        self.clients: list[dict[str, Any]] = []
        self._exit = contextlib.ExitStack()
        self._processes_told = Tail(self.journals / "processes.jsonl")
        self.processes: list[Line] = []

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as undo:
            undo.callback(self._exit.close)
            self._start()
            undo.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._exit.close()

    def remove(self) -> None:
        """Remove the folder with all logs and journals."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def tell(self, whom: str, **order: Any) -> None:
        """An order to the zygote, the proxy, the studio or the clients."""
        mailbox.send(self.folders.sockets / f"{whom}.box", **order)

    def connect(self) -> psycopg.Connection:
        """Past the proxy, as the server's own superuser."""
        return psycopg.connect(self.postgres.url(), autocommit=True, connect_timeout=5)

    def heard(self) -> list[Line]:
        """What the zygote and its children have told so far."""
        self.processes.extend(self._processes_told())
        return self.processes

    def wait_for(self, seen: Callable[[], Any], what: str, seconds: float = READY_SECONDS) -> Any:
        """What `seen` finds, as soon as it is true. Raises RigError."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := seen():
                return found
            time.sleep(0.02)
        raise RigError(f"{what} did not happen within {seconds:g} s; logs in {self.folder}")

    def run(self, name: str, *arguments: str) -> str:
        """A management command's standard output. Raises RigError."""
        output = self.folders.logs / f"{name}.out"
        command = [str(bootstrap.ROOT / "manage.py"), *arguments]
        self.tell("zygote", do="once", name=name, command=command, output=str(output))
        end = self.wait_for(lambda: self._ended(name), f"the end of `manage.py {arguments[0]}`")
        if end["code"]:
            said = output.with_suffix(".log").read_text()
            raise RigError(f"`manage.py {arguments[0]}` failed:\n{said[-3000:]}")
        return output.read_text()

    def _ended(self, name: str) -> Line | None:
        return next((line for line in self.heard() if line["what"] == "done" and line["name"] == name), None)

    def _start(self) -> None:
        self.journals.mkdir()
        self.folders.make()
        self._exit.callback(shutil.rmtree, self.folders.sockets, ignore_errors=True)
        (self.folders.sockets / "proxy").mkdir()
        self._listener = self._exit.enter_context(addresses.listening(0))
        self.url = addresses.url_of(self._listener)
        self._studio_port = self._free_port()
        self.environment = outfit.environment_of(
            self.folders, self.plan, self.url, f"http://127.0.0.1:{self._studio_port}"
        )
        self._start_broker()
        self.start_own(
            "zygote",
            json.dumps(outfit.of_zygote(self.folders, self.journals, self.plan)),
            files=(self._listener.fileno(),),
        )
        self.start_own(
            "studio", json.dumps(outfit.of_studio(self.folders, self.journals, self.plan, self.environment))
        )
        self.start_own("proxy", json.dumps(outfit.of_proxy(self.folders, self.journals, self.plan)))
        self.postgres = postgres.Server(
            self.folders.postgres, self.folders.sockets, self.folders.logs / "postgres.log", _IN_MEMORY
        )
        self._exit.callback(self.postgres.stop)
        self.postgres.start()
        self.wait_for(lambda: any(line["what"] == "ready" for line in self.heard()), "the zygote's start")
        self.run("prepare", "prepare")
        if self.plan.sql:
            with self.connect() as connection:
                connection.execute(self.plan.sql.encode())
        for name, mode, credits in plan.CLIENTS:
            self._make_client(name, mode, credits)
        self._start_gateway()

    def _free_port(self) -> int:
        with addresses.listening(0) as probe:
            return int(addresses.url_of(probe).rpartition(":")[2])

    def _start_broker(self) -> None:
        """RabbitMQ alone leaves the cache to Valkey, which then is nobody's broker."""
        cache = brokers.Valkey(self.folders, self.environment)
        cache.start()
        self._exit.callback(cache.stop)
        self.broker: brokers.Broker = cache
        if self.plan.broker == "rabbitmq":
            self.broker = brokers.RabbitMQ(self.folders)
            self._exit.callback(self.broker.stop)
            self.broker.start()
            self.environment["BROKER_URL"] = self.broker.url

    def start_own(self, name: str, settings: str, files: tuple[int, ...] = ()) -> Process:
        """Start a process of the storm's own, to be ended with the rig."""
        command = [sys.executable, "-m", f"tests.chaos.{name}", settings]
        log = self.folders.logs / f"{name}.log"
        process = Process(name, command, self.environment, bootstrap.ROOT, log, _PATIENCE, files)
        process.start()
        self._exit.callback(process.stop)
        return process

    def _make_client(self, name: str, mode: str, credits: int) -> None:
        live, test = (credits, 0) if mode == "live" else (0, credits)
        words = ["create_client", name, "--credits", str(live), "--test-credits", str(test)]
        made = json.loads(self.run(f"client-{name}", *words))
        key = made["api_key" if mode == "live" else "test_api_key"]
        client = {"name": name, "mode": mode, "client_id": made["client_id"], "api_key": key}
        self.clients.append({**client, "credits": credits})

    def _start_gateway(self) -> None:
        made = parts.Parts(self.folders, self.environment)
        worker = [str(word) for word in made.worker().command[1:]]
        for name in WORKERS:
            self._keep(name, "worker", [*worker[:-1], f"{name}@chaos"])
        for name in SCHEDULERS:
            self._keep(name, "scheduler", [str(word) for word in made.scheduler().command[1:]])
        self._keep("web", "web", [str(word) for word in made.web(self._listener.fileno()).command[1:]])

    def _keep(self, name: str, role: str, command: list[str]) -> None:
        self.tell(
            "zygote",
            do="start",
            name=name,
            role=role,
            command=command,
            log=str(self.folders.logs / f"{name}.log"),
            environment={},
            mortal=self.plan.stormy,
        )


@contextlib.contextmanager
def running(asked: plan.Plan) -> Iterator[Rig]:
    """A rig whose folder is removed unless something goes wrong."""
    rig = Rig(asked)
    with rig:
        yield rig
    rig.remove()
