"""Clients on slow and cut connections: each charge has a job, which its client finds again by its key or in
its request logs; and what was not accepted costs nothing."""

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connection

from billing.models import LedgerEntry
from tests import databases, waiting
from tests import world as worlds
from tests.clients import bursts, gunicorn
from tests.clients.bursts import Call, Reply
from tests.clients.gunicorn import Site
from tests.clients.test_hot_client import held
from tests.world import SWAP, World
from workflows import audit
from workflows.models import Job, RequestLog

COST = 5
FIRST_CREDITS = 100


@dataclass(frozen=True)
class Shop:
    """A client, its server, and the bytes that it sends."""

    world: World
    site: Site
    database: databases.Database

    def bytes_of(self, key: str = "") -> bytes:
        body = json.dumps(self.world.order()).encode()
        lines = [
            f"POST {SWAP} HTTP/1.1",
            "Host: 127.0.0.1",
            f"Authorization: Bearer {self.world.owner.key}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            *([f"Idempotency-Key: {key}"] if key else []),
        ]
        return "\r\n".join([*lines, "", ""]).encode() + body

    @contextlib.contextmanager
    def connected(self) -> Iterator[socket.socket]:
        with socket.create_connection(("127.0.0.1", self.site.port), timeout=gunicorn.DEADLINE) as line:
            yield line

    def repeat(self, key: str) -> Reply:
        call = Call(SWAP, self.world.owner.key, self.world.order(), headers={"Idempotency-Key": key})
        return bursts.send(self.site.url, [call])[0]

    def get(self, path: str) -> dict[str, object]:
        [reply] = bursts.send(self.site.url, [Call(path, self.world.owner.key, method="GET")])
        assert reply.status == 200, reply.body
        body: dict[str, object] = json.loads(reply.body)
        return body

    def assert_books(self, jobs: int) -> None:
        """So many jobs, each charged once and each in the client's own lists; and nothing else."""
        assert Job.objects.count() == LedgerEntry.objects.filter(kind="CHARGE").count() == jobs
        assert self.get("/v1/credits")["balance"] == FIRST_CREDITS - COST * jobs
        listed = self.get("/v1/request-logs?limit=200")["request_logs"]
        assert isinstance(listed, list)
        charged = {row["job_id"]: row["credits"] for row in listed if row["credits"]}
        assert charged == {job.id: COST for job in Job.objects.all()}
        for job_id in charged:
            assert self.get(f"/v1/jobs/{job_id}")["public_id"] == job_id
        assert audit.audit().breaches == []


@pytest.fixture
def shop(committed_db: databases.Database, studios: None, pictures: object) -> Iterator[Shop]:
    world = worlds.make_world()
    with gunicorn.serving() as site:
        yield Shop(world, site, committed_db)


def test_a_client_on_a_bad_line_finds_each_job_that_it_paid_for(shop: Shop) -> None:
    """One server for all of it: each start costs seconds."""
    a_body_that_comes_slowly_is_one_request(shop)
    whoever_goes_before_the_body_is_whole_is_not_charged(shop)
    whoever_goes_without_an_answer_finds_the_job_by_its_key(shop)
    whoever_sent_no_key_finds_the_job_in_the_request_logs(shop)
    wherever_the_line_is_cut_a_repeat_is_one_job(shop)


def a_body_that_comes_slowly_is_one_request(shop: Shop) -> None:
    sent = shop.bytes_of("slow")
    with shop.connected() as line:
        for start in range(0, len(sent), 40):
            line.sendall(sent[start : start + 40])
            pause(0.05)
        assert line.recv(65536).startswith(b"HTTP/1.1 202")
    assert shop.repeat("slow").headers["Idempotent-Replayed"] == "true"
    shop.assert_books(1)


def whoever_goes_before_the_body_is_whole_is_not_charged(shop: Shop) -> None:
    whole = shop.bytes_of("half")
    with shop.connected() as line:
        line.sendall(whole[:-20])
        line.shutdown(socket.SHUT_WR)
        assert line.recv(65536).startswith(b"HTTP/1.1 422")
    with shop.connected() as line:
        line.sendall(whole[:-20])
        hang_up(line)
    shop.assert_books(1)
    # The key is as new.
    assert "Idempotent-Replayed" not in shop.repeat("half").headers
    shop.assert_books(2)


def whoever_goes_without_an_answer_finds_the_job_by_its_key(shop: Shop) -> None:
    cut_while_it_is_accepted(shop, "lost")
    again = shop.repeat("lost")
    assert (again.status, again.headers["Idempotent-Replayed"]) == (202, "true")
    row = RequestLog.objects.get(idempotency_key="lost", replayed=False)
    answered = json.loads(again.body)
    assert (answered["job_id"], answered["request_id"]) == (row.job_id, row.id)
    shop.assert_books(3)


def whoever_sent_no_key_finds_the_job_in_the_request_logs(shop: Shop) -> None:
    before = {job.id for job in Job.objects.all()}
    cut_while_it_is_accepted(shop)
    listed = shop.get("/v1/request-logs?limit=1")["request_logs"]
    assert isinstance(listed, list)
    [row] = listed
    assert (row["status"], row["credits"], row["path"]) == (202, COST, SWAP)
    assert row["job_id"] not in before
    shop.assert_books(4)


def wherever_the_line_is_cut_a_repeat_is_one_job(shop: Shop) -> None:
    whole = shop.bytes_of("cut-00")
    head = whole.index(b"\r\n\r\n")
    lengths = [1, head // 2, head + 3, head + 4, head + 5, len(whole) - 1, len(whole), len(whole)]
    for number, length in enumerate(lengths):
        with shop.connected() as line:
            line.sendall(shop.bytes_of(f"cut-{number:02}")[:length])
            hang_up(line)
    bodies = [shop.repeat(f"cut-{number:02}").body for number in range(len(lengths))]
    assert len({json.loads(body)["job_id"] for body in bodies}) == len(lengths)
    shop.assert_books(4 + len(lengths))


def cut_while_it_is_accepted(shop: Shop, key: str = "") -> None:
    """The line is cut when the request is on its way to be charged."""
    jobs = Job.objects.count()
    with shop.connected() as line:
        with held(shop.world.owner, shop.database):
            line.sendall(shop.bytes_of(key))
            waiting.until(it_waits)
            hang_up(line)
        waiting.until(lambda: Job.objects.count() == jobs + 1)


def it_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone() is not None


def hang_up(line: socket.socket) -> None:
    """Tells the other side to forget the connection, whatever it still has to say."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    line.close()


def pause(seconds: float) -> None:
    end = time.monotonic() + seconds
    waiting.until(lambda: time.monotonic() > end)
