"""The database away: every route says so with a 503, in time, and is back with the database."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, connections

from config.postgresql import base
from tests import databases
from tests import world as worlds
from tests.clients import calls, door
from tests.clients.calls import CALLS, GOOD, Busy
from tests.clients.door import Door
from tests.routes import Route
from tests.world import Answer
from workflows import audit
from workflows.models import Job, RequestLog

# Beyond the time-outs of a connect and of a question, which these tests set to seconds.
BOUND = 12.0


@dataclass(frozen=True)
class House:
    """A busy client behind a door."""

    busy: Busy
    door: Door

    def call(self, route: Route, method: str) -> Answer:
        return self.busy.call(route, method)

    def make_cancellable(self) -> None:
        """The job that is cancelled by one call must be running before the next."""
        self.busy.things["/v1/jobs/<str:public_id>/cancel"] = worlds.dispatch(self.busy.world).id


@pytest.fixture
def house(committed_db: databases.Database, studios: None, pictures: object) -> Iterator[House]:
    busy = calls.busy(worlds.make_world())
    options = connections.settings["default"]["OPTIONS"]
    before = dict(options)
    with door.before(Path(options["host"])) as made:
        connections.close_all()
        options |= {"host": str(made.folder), "connect_timeout": 2}
        yield House(busy, made)
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
        assert answer.status_code in GOOD, (route, method, answer.content)
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
    for route, method in CALLS:
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
        house.make_cancellable()
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
    assert answer.status_code in GOOD
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
