"""One client with a hundred requests that all wait for its account, and another one beside it."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import connection
from pytest_django import Settings

from assets import storage
from clients import ulids
from clients.api import errors
from tests import databases, waiting
from tests import world as worlds
from tests.clients import bursts, gunicorn
from tests.clients.bursts import Call, Reply
from tests.world import SWAP, Owner, World
from workflows import patience
from workflows.models import Job, RequestLog

REQUESTS = 100
# A tenth of what the second client would wait for behind all of the first one's requests.
SOON = 6.0


@pytest.fixture
def hot(committed_db: databases.Database, studios: None, pictures: storage.PictureStorage) -> World:
    world = worlds.make_world()
    worlds.grant(world.owner, 1000)
    return world


@contextlib.contextmanager
def held(owner: Owner, database: databases.Database) -> Iterator[None]:
    """Somebody holds the row of a client's account."""
    with psycopg.connect(database.url) as psql:
        psql.execute(
            "SELECT 1 FROM billing_creditaccount WHERE id = %s FOR UPDATE",
            [ulids.to_uuid(owner.account().id)],
        )
        yield
        psql.rollback()


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        # In this test's own database: others use the server too.
        cursor.execute(
            "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return cursor.fetchone() is not None


def codes(replies: list[Reply]) -> Counter[int]:
    return Counter(reply.status for reply in replies)


def test_another_client_is_served_meanwhile(hot: World, committed_db: databases.Database) -> None:
    beside = worlds.new_owner(credits=100)
    order = hot.order(source_image_s3_key=worlds.upload(beside))
    running = [worlds.dispatch(hot).id for _ in range(REQUESTS // 2)]
    wanted = [Call(f"/v1/jobs/{job_id}/cancel", hot.owner.key, {}) for job_id in running]
    wanted += [Call(SWAP, hot.owner.key, hot.order())] * (REQUESTS // 2)
    with gunicorn.serving(WEB_THREADS="8") as site, ThreadPoolExecutor(1) as pool:
        with held(hot.owner, committed_db):
            crowd = pool.submit(bursts.send, site.url, wanted)
            waiting.until(somebody_waits)
            calls = [Call(SWAP, beside.key, order), Call("/v1/credits", beside.key, method="GET")]
            served = [reply for _ in range(5) for reply in bursts.send(site.url, calls)]
            replies = crowd.result()
        again = bursts.send(site.url, wanted)
    assert codes(served) == {202: 5, 200: 5}
    assert max(reply.seconds for reply in served) < SOON
    assert codes(replies) == {503: REQUESTS}
    assert all(int(reply.headers["Retry-After"]) > 0 for reply in replies)
    assert codes(again) == {200: REQUESTS // 2, 202: REQUESTS // 2}
    assert Job.objects.filter(client=hot.owner.client).count() == REQUESTS
    assert RequestLog.objects.filter(client=hot.owner.client, status=503).count() == REQUESTS


def test_half_of_the_threads_wait_long_the_others_shortly_and_then_nobody(settings: Settings) -> None:
    settings.WEB_THREADS = 4
    with patience.of("a"), patience.of("a"):
        with patience.of("a") as third, patience.of("b") as elsewhere:
            assert (third, elsewhere) == (patience.SHORT, patience.LONG)
        waiting.until(is_refused, 10)
    with patience.of("a") as again:
        assert again == patience.LONG


def is_refused() -> bool:
    try:
        with patience.of("a") as seconds:
            assert seconds == patience.SHORT
    except errors.ServiceUnavailable as refusal:
        return refusal.retry_after == 2
    return False
