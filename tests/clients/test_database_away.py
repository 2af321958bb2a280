"""The database away: every route says so with a 503, in time, and is back with the database."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from config.database import base
from tests import databases
from tests import world as worlds
from tests.clients import door
from tests.clients.door import Door
from tests.clients.test_routes import NEEDS, OPEN, THINGS
from tests.routes import Route, public
from tests.world import SWAP, Answer, World
from workflows import audit
from workflows.models import Job, RequestLog

# Beyond the time-outs of a connect and of a question, which these tests set to seconds.
BOUND = 12.0
CALLS = [(route, method) for route in public() for method in route.methods if NEEDS[route.template] != OPEN]


@dataclass(frozen=True)
class House:
    """A client with one of everything, behind a door."""

    world: World
    door: Door
    things: dict[str, str]

    def call(self, route: Route, method: str) -> Answer:
        """A request that is answered with success while the database is there."""
        path = route.path(self.things.get(route.template, ""))
        if path == "/v1/uploads":
            form = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("a.png", worlds.picture())})
            return self.world.api.request(method, path, form, MULTIPART_CONTENT)
        body = json.dumps(self.world.order() if path == SWAP else {}).encode()
        return self.world.api.request(method, path, body if method == "POST" else b"")

    def cancellable(self) -> None:
        """The job that is cancelled by one call must be running before the next."""
        self.things["/v1/jobs/<str:public_id>/cancel"] = worlds.dispatch(self.world).id


@pytest.fixture
def house(committed_db: databases.Database, studios: None, pictures: object) -> Iterator[House]:
    world = worlds.make_world()
    worlds.grant(world.owner, 5000)
    things = {template: make(world, world.api) for template, make in THINGS.items()}
    options = connections.settings["default"]["OPTIONS"]
    before = dict(options)
    with door.before(Path(options["host"])) as made:
        connections.close_all()
        options |= {"host": str(made.folder), "connect_timeout": 2}
        yield House(world, made, things)
        connections.close_all()
        options.clear()
        options |= before


def assert_away(answer: Answer, of: object) -> None:
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (503, "SERVICE_UNAVAILABLE"), of
    assert error["request_id"] == answer["X-Request-Id"]
    assert (error["charged"], error["retryable"]) == (0, True)
    assert int(answer["Retry-After"]) > 0


def assert_all_away(house: House, prepare: Callable[[], object]) -> None:
    for route, method in CALLS:
        prepare()
        began = time.monotonic()
        assert_away(house.call(route, method), (route, method))
        assert time.monotonic() - began < BOUND, (route, method)


def assert_all_back(house: House) -> None:
    """At once, in the same process."""
    connection.close()
    base.DatabaseWrapper.spared_until = 0.0
    for route, method in CALLS:
        answer = house.call(route, method)
        assert answer.status_code in (200, 201, 202), (route, method, answer.content)
    assert audit.audit().breaches == []


def test_refused(house: House) -> None:
    before = Job.objects.count()
    house.door.shut()
    assert_all_away(house, connection.close)
    house.door.open()
    connection.close()
    assert Job.objects.count() == before
    assert_all_back(house)


def test_a_server_that_takes_connections_and_never_answers(house: House) -> None:
    connection.close()
    house.door.block()
    assert_all_away(house, connection.close)
    house.door.unblock()
    assert_all_back(house)


def test_a_server_that_falls_silent_on_an_open_connection(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base.Connection, "patience", 1.0)
    answered = list(CALLS)
    for route, method in answered:
        base.DatabaseWrapper.spared_until = 0.0
        connection.ensure_connection()
        house.door.block()
        began = time.monotonic()
        assert_away(house.call(route, method), (route, method))
        assert time.monotonic() - began < BOUND, (route, method)
        house.door.unblock()
        connection.close()
    assert_all_back(house)


@contextmanager
def killed_at(number: int, url: str) -> Iterator[list[str]]:
    """The server's side of our connection dies before the statement of this number."""
    said: list[str] = []

    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        said.append(sql)
        if len(said) == number:
            pid = connection.connection.info.backend_pid
            with psycopg.connect(url, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield said


@pytest.mark.parametrize(("route", "method"), CALLS, ids=str)
def test_a_crash_before_each_statement(
    house: House, committed_db: databases.Database, route: Route, method: str
) -> None:
    for number in range(1, 100):
        house.cancellable()
        connection.ensure_connection()
        jobs = Job.objects.count()
        with killed_at(number, committed_db.owner_url) as said:
            answer = house.call(route, method)
        connection.close()
        if len(said) < number:
            break
        assert Job.objects.count() - jobs == (answer.status_code == 202), said
        # The statement that logs a request comes after its answer is known, and again.
        if method == "GET" or "request_logs" not in said[number - 1]:
            assert_away(answer, (number, said[number - 1]))
        if method == "POST" and number > 1:
            assert RequestLog.objects.get(id=answer["X-Request-Id"]).status == answer.status_code
    assert answer.status_code in (200, 201, 202)
    assert number > 1
    assert audit.audit().breaches == []


def test_what_needs_no_database_does_not_ask_for_it(house: House) -> None:
    connection.close()
    house.door.shut()
    for path in ("/healthz", "/v1/docs", "/v1/openapi.json"):
        assert worlds.Api().get(path).status_code == 200


def test_the_back_office_shows_a_sober_page(house: House) -> None:
    connection.close()
    house.door.shut()
    cookie = {"Cookie": "sessionid=abcdefghijklmnopqrstuvwxyz012345"}
    for path in ("/admin/", "/admin/login/", "/admin/workflows/job/"):
        answer = worlds.Api().get(path, **cookie)
        assert answer.status_code == 503
        assert int(answer["Retry-After"]) > 0
        page = answer.content.decode()
        assert "Back in a moment" in page
        assert not any(
            word in page for word in ("Traceback", "psycopg", "OperationalError", house.door.folder.name)
        )
