"""The web process has no word with the broker: its address is one that counts who comes."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests

from tests import databases
from tests import world as worlds
from tests.clients import calls, gunicorn
from tests.clients.calls import CALLS, GOOD
from tests.clients.gunicorn import Site
from tests.world import World

ELSEWHERE = ("/healthz", "/v1/docs", "/v1/openapi.json", "/admin/login/", "/files/a", "/nothing")


@dataclass
class Broker:
    """Takes connections, counts them, and says nothing."""

    listener: socket.socket
    connections: int = 0

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.listener.getsockname()[1]}//"

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()


@pytest.fixture
def broker() -> Iterator[Broker]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        counting = Broker(listener)
        thread = threading.Thread(target=counting.serve, daemon=True)
        thread.start()
        yield counting
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


@pytest.fixture
def world(committed_db: databases.Database, studios: None, pictures: object) -> World:
    return worlds.make_world()


def test_no_request_makes_it_call_the_broker(world: World, broker: Broker) -> None:
    busy = calls.busy(world)
    # The second is where a task goes that knows no app of ours.
    with gunicorn.serving(BROKER_URL=broker.url, CELERY_BROKER_URL=broker.url) as site:
        for route, method in CALLS:
            path = busy.path(route)
            assert send(site, world, method, path, busy.body(path, method)) in GOOD, path
        send(site, world, "POST", "/internal/studio/callback", (b"{}", "application/json"))
        for path in ELSEWHERE:
            send(site, world, "GET", path, (b"", ""))
    assert broker.connections == 0


def send(site: Site, world: World, method: str, path: str, body: tuple[bytes, str]) -> int:
    content, content_type = body
    headers = {"Authorization": f"Bearer {world.owner.key}", "Content-Type": content_type}
    answer = requests.request(method, site.url + path, data=content, headers=headers, timeout=60)
    return answer.status_code


def test_a_call_would_be_counted(broker: Broker) -> None:
    with socket.create_connection(broker.listener.getsockname()) as connection:
        assert connection.recv(1) == b""
    assert broker.connections == 1
