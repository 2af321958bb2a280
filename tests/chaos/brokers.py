"""The broker of a storm: Valkey from its wheel, or RabbitMQ, each to be killed, frozen and purged."""

from typing import Any, Protocol

import kombu
import redis

from config.embedded import bootstrap, valkey
from config.embedded.folders import Folders
from config.embedded.process import Process
from tests.rabbitmq import broker as rabbitmq

_PATIENCE = 2.0


class Broker(Protocol):
    """What the rig and the faults need of either."""

    url: str

    def start(self) -> None:
        """For the first time; it answers when this returns."""

    def again(self) -> None:
        """After `kill`; it may take its time."""

    def kill(self) -> None: ...
    def pause(self) -> None: ...
    def resume(self) -> None: ...
    def stop(self) -> None: ...

    def purge(self) -> None:
        """Every message is gone. Raises OSError, RedisError, OperationalError where it does not answer."""

    def connection(self) -> kombu.Connection: ...


class Valkey:
    """On a unix socket, with its append-only file, as `manage.py run` starts it."""

    def __init__(self, folders: Folders, environment: dict[str, str]) -> None:
        self.url = valkey.broker_url(folders.valkey_socket)
        self._socket = str(folders.valkey_socket)
        command = valkey.arguments(folders.valkey, folders.valkey_socket)
        log = folders.logs / "valkey.log"
        self._process = Process("valkey", command, environment, bootstrap.ROOT, log, _PATIENCE)

    def start(self) -> None:
        self._process.start()

    def again(self) -> None:
        self._process.start()

    def kill(self) -> None:
        self._process.kill()

    def pause(self) -> None:
        self._process.pause()

    def resume(self) -> None:
        self._process.resume()

    def stop(self) -> None:
        self._process.stop()

    def purge(self) -> None:
        with redis.Redis(unix_socket_path=self._socket, socket_timeout=2) as server:
            server.flushall()

    def connection(self) -> kombu.Connection:
        limits: dict[str, Any] = {"socket_timeout": 2, "socket_connect_timeout": 2, "max_retries": 1}
        return kombu.Connection(self.url, transport_options=limits)


class RabbitMQ:
    """Debian's, a node of its own with quorum queues."""

    def __init__(self, folders: Folders) -> None:
        self._broker = rabbitmq.Broker(folders.data / "rabbitmq")
        self.url = self._broker.url

    def start(self) -> None:
        self._broker.__enter__()

    def again(self) -> None:
        self._broker._server.start()

    def kill(self) -> None:
        self._broker.kill()

    def pause(self) -> None:
        self._broker._server.pause()

    def resume(self) -> None:
        self._broker._server.resume()

    def stop(self) -> None:
        self._broker.__exit__()

    def purge(self) -> None:
        with self.connection() as connection:
            for queue in ("dispatch", "follow"):
                kombu.Queue(queue, channel=connection.default_channel).purge()

    def connection(self) -> kombu.Connection:
        return kombu.Connection(self.url, connect_timeout=2)
