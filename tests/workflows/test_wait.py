"""`?wait=` over real sockets: who waits, for what, how many, and what else goes on meanwhile."""

import json
import os
import signal
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.db import connection

from tests import databases, waiting
from tests import world as worlds
from tests.clients import bursts, door, gunicorn
from tests.clients.bursts import Call, Reply
from tests.clients.door import Door
from tests.world import World, dispatch
from workflows import events
from workflows.models import Job

THREADS = 8
# Beyond what anything takes here, and well below the longest wait that is asked for.
SOON = 12.0


@pytest.fixture
def shop(committed_db: databases.Database, studios: None, pictures: object) -> World:
    return worlds.make_world()


@dataclass
class House:
    """A server of eight threads, and who calls it."""

    shop: World
    site: gunicorn.Site
    pool: ThreadPoolExecutor

    def call(self, job: Job, query: str = "", tag: str = "") -> Call:
        headers = {"If-None-Match": tag} if tag else {}
        return Call(f"/v1/jobs/{job.id}{query}", self.shop.owner.key, method="GET", headers=headers)

    def get(self, *calls: Call) -> list[Reply]:
        return bursts.send(self.site.url, calls)

    def tag(self, job: Job) -> str:
        return str(self.get(self.call(job))[0].headers["ETag"])

    def begin(self, *calls: Call) -> Future[list[Reply]]:
        """Sends these, and is back when one waits at least."""
        waiting.until(lambda: not sessions(LOOKS))
        sent = self.pool.submit(self.get, *calls)
        waiting.until(lambda: sessions(LOOKS))
        return sent


@contextmanager
def serving(shop: World, **more: str) -> Iterator[House]:
    with gunicorn.serving(WEB_THREADS=str(THREADS), **more) as site, ThreadPoolExecutor(4) as pool:
        yield House(shop, site, pool)


def sessions(condition: str) -> list[int]:
    """The process ids of others in this database, such as the thread that looks for those who wait."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            f" AND {condition}"
        )
        return [pid for (pid,) in cursor.fetchall()]


LOOKS = "query LIKE '%finished_at IS NULL, (%'"


def test_a_server_and_those_who_wait(shop: World) -> None:
    """One server for all of it: each start costs seconds."""
    with serving(shop) as house:
        it_waits_until_the_job_has_finished(house)
        what_it_knows_it_waits_to_see_changed(house)
        what_it_does_not_know_it_gets_at_once(house)
        a_time_that_is_over_is_an_answer(house)
        events_come_when_there_is_one(house)
        what_staff_alone_sees_is_no_event(house)
        a_finished_job_keeps_nobody_waiting(house)
        half_of_the_threads_wait_and_the_others_serve(house)


def it_waits_until_the_job_has_finished(house: House) -> None:
    job = dispatch(house.shop)
    sent = house.begin(house.call(job, "?wait=30"), house.call(job, "/events?wait=30&since=2"))
    assert not sessions("state LIKE 'idle in transaction%'")
    worlds.succeed(job)
    detail, timeline = sent.result()
    assert detail.status == timeline.status == 200
    body = json.loads(detail.body)
    assert (body["status"], body["latest_event"]["event_type"]) == ("SUCCESS", "succeeded")
    assert "Retry-After" not in detail.headers
    assert [event["event_type"] for event in json.loads(timeline.body)["events"]] == ["succeeded"]
    assert detail.seconds < SOON


def what_it_knows_it_waits_to_see_changed(house: House) -> None:
    job = dispatch(house.shop)
    sent = house.begin(house.call(job, "?wait=30", house.tag(job)))
    worlds.begin(job)
    [reply] = sent.result()
    assert (reply.status, json.loads(reply.body)["status"]) == (200, "IN_PROGRESS")
    assert reply.seconds < SOON
    [reply] = house.get(house.call(job, "?wait=1", reply.headers["ETag"]))
    assert (reply.status, reply.body) == (304, b"")
    assert reply.seconds >= 1
    assert all(name in reply.headers for name in ("ETag", "Retry-After", "X-Request-Id"))


def what_it_does_not_know_it_gets_at_once(house: House) -> None:
    job = dispatch(house.shop)
    [reply] = house.get(house.call(job, "?wait=30", 'W/"0"'))
    assert (reply.status, json.loads(reply.body)["status"]) == (200, "NOT_STARTED")
    assert reply.seconds < SOON


def a_time_that_is_over_is_an_answer(house: House) -> None:
    job = dispatch(house.shop)
    detail, timeline = house.get(house.call(job, "?wait=1"), house.call(job, "/events?wait=1&since=1"))
    assert (detail.status, json.loads(detail.body)["status"]) == (200, "NOT_STARTED")
    assert int(detail.headers["Retry-After"]) > 0
    assert json.loads(timeline.body) == {"public_id": job.id, "events": [], "latest_seq": 1}
    assert min(detail.seconds, timeline.seconds) >= 1


def events_come_when_there_is_one(house: House) -> None:
    job = dispatch(house.shop)
    sent = house.begin(house.call(job, "/events?wait=30&since=1"))
    worlds.begin(job)
    [reply] = sent.result()
    assert [event["stage"] for event in json.loads(reply.body)["events"]] == ["composing"]
    assert reply.seconds < SOON
    [reply] = house.get(house.call(job, "/events?wait=30"))
    assert len(json.loads(reply.body)["events"]) == 2
    assert reply.seconds < SOON


def what_staff_alone_sees_is_no_event(house: House) -> None:
    job = dispatch(house.shop)
    events.append_internal(job.id, "Studio said 500", attempt=3)
    [reply] = house.get(house.call(job, "/events?wait=1&since=1"))
    assert reply.seconds >= 1
    assert json.loads(reply.body)["events"] == []


def a_finished_job_keeps_nobody_waiting(house: House) -> None:
    job = dispatch(house.shop)
    worlds.fail(job)
    tag = house.tag(job)
    calls = [house.call(job, "?wait=30"), house.call(job, "?wait=30", tag)]
    calls += [house.call(job, "/events?wait=30&since=99"), house.call(job, "/events?wait=30&since=99", tag)]
    replies = house.get(*calls)
    assert [reply.status for reply in replies] == [200, 304, 200, 304]
    assert max(reply.seconds for reply in replies) < SOON


def half_of_the_threads_wait_and_the_others_serve(house: House) -> None:
    """Who is beyond them is answered at once, and so is everybody else meanwhile."""
    job = dispatch(house.shop)
    many, most = 3 * THREADS, THREADS // 2
    with ThreadPoolExecutor(many) as pool:
        sent = [pool.submit(house.get, house.call(job, "?wait=30")) for _ in range(many)]
        waiting.until(lambda: sum(one.done() for one in sent) == many - most)
        served = house.get(*[Call("/v1/me", house.shop.owner.key, method="GET")] * THREADS)
        assert {reply.status for reply in served} == {200}
        assert sum(one.done() for one in sent) == many - most
        worlds.fail(job)
        states = [json.loads(one.result()[0].body)["status"] for one in sent]
    assert (states.count("FAILURE"), states.count("NOT_STARTED")) == (most, many - most)


def test_who_waits_does_not_hold_up_the_end_of_a_process(shop: World) -> None:
    job = dispatch(shop)
    with serving(shop) as house:
        sent = house.begin(house.call(job, "?wait=30"), house.call(job, "/events?wait=30&since=1"))
        os.kill(house.site.master, signal.SIGTERM)
        replies = sent.result()
    assert [reply.status for reply in replies] == [200, 200]
    assert json.loads(replies[0].body)["status"] == "NOT_STARTED"
    assert max(reply.seconds for reply in replies) < SOON


@pytest.fixture
def before(committed_db: databases.Database) -> Iterator[Door]:
    with door.before(door.folder_of(committed_db.url)) as made:
        yield made


def test_a_database_that_goes_away_is_a_503_and_comes_back(
    shop: World, before: Door, committed_db: databases.Database
) -> None:
    job = dispatch(shop)
    with serving(shop, DATABASE_URL=door.through(before, committed_db.url)) as house:
        assert codes(house, cut_off(before, house, job)) == [503, 503]
        before.open()
        sent = house.begin(house.call(job, "?wait=30"))
        worlds.fail(job)
        assert codes(house, sent) == [200]


def test_a_watcher_that_is_cut_off_alone_lets_go_those_who_wait(shop: World) -> None:
    job = dispatch(shop)
    with serving(shop) as house:
        sent = house.begin(house.call(job, "?wait=30"))
        [watcher] = sessions(LOOKS)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [watcher])
        [reply] = sent.result()
        assert (reply.status, json.loads(reply.body)["status"]) == (200, "NOT_STARTED")
        assert reply.seconds < SOON
        sent = house.begin(house.call(job, "?wait=30"))
        worlds.fail(job)
        assert json.loads(sent.result()[0].body)["status"] == "FAILURE"


def cut_off(before: Door, house: House, job: Job) -> Future[list[Reply]]:
    sent = house.begin(house.call(job, "?wait=30"), house.call(job, "/events?wait=30&since=1"))
    before.shut()
    return sent


def codes(house: House, sent: Future[list[Reply]]) -> list[int]:
    replies = sent.result()
    assert max(reply.seconds for reply in replies) < SOON
    return [reply.status for reply in replies]
