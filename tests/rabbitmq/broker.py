"""A RabbitMQ of the tests' own: Debian's programs, a node, a folder and ports that nobody else uses."""

import json
import os
import secrets
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any, Self

import kombu

from config.embedded.process import Process
from tests import waiting
from tests.brokers import broker as freezing

PROGRAMS = Path("/usr/lib/rabbitmq/bin")


class Broker:
    """One node on loopback. Use as a context manager: inside the block it runs, after it nothing does."""

    def __init__(self, folder: Path) -> None:
        if not PROGRAMS.is_dir():
            raise FileNotFoundError(f"{PROGRAMS} is missing: install RabbitMQ (Debian: rabbitmq-server).")
        folder.mkdir(parents=True)
        (folder / "no.conf").touch()
        (folder / "no.plugins").write_text("[].\n")
        port, own, names = _free_ports(3)
        self._kept = folder / "data"
        self._address = f"amqp://guest:guest@127.0.0.1:{port}"
        self.url = f"{self._address}//"
        self._environment = _environment(folder, port, own, names)
        # Else the server would leave a daemon of Erlang's behind, which knows the nodes of this machine.
        self._names = Process(
            "epmd",
            ["epmd", "-port", str(names), "-address", "127.0.0.1"],
            os.environ,
            folder,
            folder / "epmd.log",
        )
        self._server = Process(
            "rabbitmq", [PROGRAMS / "rabbitmq-server"], self._environment, folder, folder / "server.log"
        )

    def __enter__(self) -> Self:
        self._names.start()
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._names.stop()

    def start(self) -> None:
        """Start the node, on what it had kept, and wait until it takes connections."""
        self._server.start()
        waiting.until(self._answers, 60)

    def kill(self) -> None:
        """End every process of the node at once, as a power cut does."""
        self._server.sweep()
        waiting.until(lambda: not self._server.is_alive())

    def forget(self) -> None:
        """While it is down: lose what it had kept."""
        shutil.rmtree(self._kept)

    def freeze(self) -> None:
        """Keep its connections open and answer nothing, until `thaw`."""
        freezing.freeze(self._server)

    def thaw(self) -> None:
        freezing.thaw(self._server)

    def empty(self) -> None:
        """While it runs: lose every message and every queue of the gateway's work."""
        with self.connection() as connection:
            for name in ("dispatch", "follow"):
                kombu.Queue(name, channel=connection.default_channel).delete()

    def new_host(self, name: str) -> str:
        """The address of a virtual host, whose queues are its own."""
        self._control("add_vhost", name)
        self._control("set_permissions", "--vhost", name, "guest", ".*", ".*", ".*")
        return f"{self._address}/{name}"

    def connection(self) -> kombu.Connection:
        return kombu.Connection(self.url, connect_timeout=2)

    def listed(self, what: str, *columns: str) -> list[dict[str, Any]]:
        """What the node itself says of its queues, consumers or channels."""
        told = self._control("--formatter", "json", f"list_{what}", *columns)
        found: list[dict[str, Any]] = json.loads(told)
        return found

    def _control(self, *command: str) -> str:
        program = [str(PROGRAMS / "rabbitmqctl"), "--quiet", *command]
        return subprocess.run(
            program, env=self._environment, capture_output=True, text=True, check=True
        ).stdout

    def _answers(self) -> bool:
        if not self._server.is_alive():
            raise RuntimeError(f"RabbitMQ ended at its start:\n{self._server.end_of_log()}")
        try:
            with self.connection() as connection:
                connection.ensure_connection(max_retries=1)
        except (OSError, kombu.exceptions.OperationalError):
            return False
        return True


def _environment(folder: Path, port: int, own: int, names: int) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        # Erlang keeps the cookie there that the control program shows to the node.
        "HOME": str(folder),
        "ERL_EPMD_PORT": str(names),
        "RABBITMQ_NODENAME": f"gateway-tests-{secrets.token_hex(4)}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(own),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "logs"),
        "RABBITMQ_CONFIG_FILE": str(folder / "no"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "no.plugins"),
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        # The node is then the process that we start, not a child of a shell.
        "RABBITMQ_ALLOW_INPUT": "1",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-noinput -kernel inet_dist_use_interface {127,0,0,1}",
    }


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
