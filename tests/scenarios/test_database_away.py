"""PostgreSQL stopped, frozen and crashed under a whole gateway whose web process is never started again."""

import json
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
import requests

from clients import ulids
from config.embedded import postgres
from config.embedded.stack import Stack
from tests import routes, waiting
from tests.clients import bursts
from tests.clients.bursts import Call, Reply
from tests.scenarios import calling
from tests.scenarios.calling import Calling
from tests.scenarios.conftest import NewStack

SWAP = "/v1/background-swap-with-image"
OPEN = ("/v1/openapi.json", "/v1/docs")
STATEMENT_SECONDS = 3
# A statement's time, a connect's, and a loaded machine's.
BOUND = 25.0
AT_ONCE = 8
CREDITS = 1_000_000


@pytest.fixture
def client(new_stack: NewStack, tmp_path: Path) -> tuple[Calling, dict[str, str]]:
    """Jobs are accepted and wait: there is no Studio. With the body of an order."""
    stack = new_stack(
        STUDIO_URL="http://127.0.0.1:9",
        STUDIO_TOKEN="nobody asks for it",
        DATABASE_STATEMENT_SECONDS=str(STATEMENT_SECONDS),
    )
    client = calling.new_client(stack, credits=CREDITS)
    return client, client.body(calling.pictures(tmp_path).subject)


def test_the_web_outlives_its_database(client: tuple[Calling, dict[str, str]]) -> None:
    """One stack for all of it: each start costs seconds."""
    calls, body = client
    web = calls.stack.process("web").pid
    stopped_it_is_a_503(calls)
    frozen_it_is_a_503(calls)
    of_a_crash_no_202_is_lost(calls, body)
    assert calls.stack.process("web").pid == web
    assert json.loads(calls.stack.run("audit"))["breaches"] == []


def server_of(stack: Stack) -> postgres.Server:
    server = stack._units["postgres"]
    assert isinstance(server, postgres.Server)
    return server


def processes_of(server: postgres.Server) -> list[int]:
    """The postmaster first, then its children."""
    assert server.process is not None
    pid = server.process.pid
    return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]


def every_route(client: Calling) -> list[Call]:
    closed = [route for route in routes.public() if route.template not in OPEN]
    return [
        Call(route.path(), client.key, {} if method == "POST" else None, method)
        for route in closed
        for method in route.methods
    ]


def assert_all_are_503(client: Calling) -> None:
    # Three times as many as there are threads: none may wait for the waits of the others.
    for reply in bursts.send(client.stack.url, every_route(client) * 5):
        assert_is_503(reply)
        assert reply.seconds < BOUND, reply.call
    assert requests.get(f"{client.stack.url}/healthz", timeout=5).text == "ok"
    assert requests.get(f"{client.stack.url}/admin/login/", timeout=BOUND).status_code in (200, 503)


def assert_is_503(reply: Reply) -> None:
    assert reply.status == 503, (reply.call, reply.body)
    error = json.loads(reply.body)["error"]
    assert error["code"] == "SERVICE_UNAVAILABLE"
    assert error["request_id"] == reply.headers["X-Request-Id"]
    assert int(reply.headers["Retry-After"]) > 0


def assert_is_back(client: Calling) -> None:
    # Empty bodies and ids of nothing are refused, after the API key was looked up.
    found = statuses(client)
    assert set(found) <= {200, 404, 415, 422}
    assert found.count(200) > 5


def statuses(client: Calling) -> list[int]:
    return [reply.status for reply in bursts.send(client.stack.url, every_route(client))]


def stopped_it_is_a_503(client: Calling) -> None:
    assert_is_back(client)
    client.stack.stop("postgres")
    assert_all_are_503(client)
    client.stack.start("postgres")
    assert_is_back(client)


def frozen_it_is_a_503(client: Calling) -> None:
    frozen = processes_of(server_of(client.stack))
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    try:
        assert_all_are_503(client)
    finally:
        for pid in reversed(frozen):
            os.kill(pid, signal.SIGCONT)
    # Those who connect are spared a wait for a moment more.
    waiting.until(lambda: 503 not in statuses(client))
    assert_is_back(client)


@dataclass
class Load:
    """Orders, each with a key of its own, sent from some threads until the block ends."""

    client: Calling
    body: dict[str, str]
    replies: list[Reply] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def accepted(self) -> int:
        return sum(reply.status == 202 for reply in self.replies)

    def waits_for_more(self) -> None:
        enough = self.accepted() + 5 * AT_ONCE
        waiting.until(lambda: self.accepted() >= enough, 60)

    def order(self, key: str) -> Call:
        return Call(SWAP, self.client.key, self.body, headers={"Idempotency-Key": key})

    def send(self, sender: int) -> None:
        number = 0
        while not self.over.is_set():
            number += 1
            self.replies += bursts.send(self.client.stack.url, [self.order(f"{sender}-{number}")])


@contextmanager
def running(load: Load) -> Iterator[None]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        senders = [pool.submit(load.send, number) for number in range(AT_ONCE)]
        try:
            yield
        finally:
            load.over.set()
        for sender in senders:
            sender.result()


def of_a_crash_no_202_is_lost(client: Calling, body: dict[str, str]) -> None:
    server = server_of(client.stack)
    load = Load(client, body)
    with running(load):
        # The server at once, a process of its own, the server without a word.
        for number, crash in ((0, signal.SIGQUIT), (-1, signal.SIGKILL), (0, signal.SIGKILL)):
            load.waits_for_more()
            os.kill(processes_of(server)[number], crash)
            load.waits_for_more()
    refused = [reply for reply in load.replies if reply.status != 202]
    assert refused, "the crashes came between the requests"
    for reply in refused:
        assert_is_503(reply)
    again = bursts.send(client.stack.url, [reply.call for reply in load.replies])
    for first, second in zip(load.replies, again, strict=True):
        assert second.status == 202, second.body
        if first.status == 202:
            assert second.body == first.body
            assert second.headers["Idempotent-Replayed"] == "true"
    jobs = {json.loads(reply.body)["job_id"] for reply in again}
    assert len(jobs) == len(load.replies)
    assert jobs == jobs_of(client.stack)
    assert client.get("credits")["balance"] == CREDITS - 5 * len(jobs)


def jobs_of(stack: Stack) -> set[str]:
    with psycopg.connect(server_of(stack).url()) as session:
        return {ulids.from_uuid(row[0]) for row in session.execute("SELECT id FROM workflows_job")}
