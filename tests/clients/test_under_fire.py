"""Idempotency-Key over real sockets: many at once, cut connections, killed processes, rotated API keys."""

import json
import os
import signal
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from billing.models import LedgerEntry
from clients import access, ulids
from clients.models import ApiKey, issue_key
from tests import databases, waiting
from tests import world as worlds
from tests.clients import bursts, door, gunicorn
from tests.clients.bursts import Call, Reply
from tests.clients.door import Door
from tests.clients.gunicorn import Site
from tests.clients.test_hot_client import held, somebody_waits
from tests.world import SWAP, World
from workflows import audit
from workflows.models import IdempotencyKey, Job, RequestLog

AT_ONCE = 50
COST = 5
REPLAYED = "Idempotent-Replayed"


@pytest.fixture
def shop(committed_db: databases.Database, studios: None, pictures: object) -> World:
    world = worlds.make_world()
    worlds.grant(world.owner, 400)
    return world


@pytest.fixture
def site(shop: World) -> Iterator[Site]:
    with gunicorn.serving(WEB_CONCURRENCY="2", WEB_THREADS="16") as site:
        yield site


def order(shop: World, key: str, api_key: str = "", **changes: object) -> Call:
    return Call(SWAP, api_key or shop.owner.key, shop.order(**changes), headers={"Idempotency-Key": key})


def assert_books(shop: World, jobs: int) -> None:
    """So many jobs, each charged once, and nothing else."""
    assert Job.objects.count() == IdempotencyKey.objects.count() == jobs
    assert LedgerEntry.objects.filter(kind="CHARGE").count() == jobs
    assert shop.owner.account().balance == 500 - COST * jobs
    assert audit.audit().breaches == []


def assert_logged(replies: list[Reply]) -> None:
    """Each answer names a request of its own, and its row says what was answered."""
    rows = {row.id: row for row in RequestLog.objects.all()}
    assert len({reply.headers["X-Request-Id"] for reply in replies}) == len(replies)
    for reply in replies:
        row = rows[reply.headers["X-Request-Id"]]
        assert (row.status, row.replayed) == (reply.status, REPLAYED in reply.headers)


def test_fifty_at_once_are_one_job_and_fifty_equal_answers(shop: World, site: Site) -> None:
    replies = bursts.send(site.url, [order(shop, "order-1")] * AT_ONCE)
    assert Counter(reply.status for reply in replies) == {202: AT_ONCE}
    [body] = {reply.body for reply in replies}
    assert [reply.headers.get(REPLAYED) for reply in replies].count("true") == AT_ONCE - 1
    [first] = [reply for reply in replies if REPLAYED not in reply.headers]
    assert json.loads(body)["request_id"] == first.headers["X-Request-Id"]
    assert {reply.headers["Location"] for reply in replies} == {f"/v1/jobs/{json.loads(body)['job_id']}"}
    assert_logged(replies)
    assert_books(shop, 1)
    assert RequestLog.objects.filter(credits=COST).count() == 1


def test_of_two_bodies_at_once_one_wins_and_the_other_is_told_so(shop: World, site: Site) -> None:
    calls = [order(shop, "order-1", pilot_brand=brand) for brand in ("a", "b")] * (AT_ONCE // 2)
    replies = bursts.send(site.url, calls)
    [won] = {reply.call.body["pilot_brand"] for reply in replies if reply.status == 202}
    for reply in replies:
        if reply.call.body["pilot_brand"] == won:
            assert reply.status == 202, reply.body
        else:
            error = json.loads(reply.body)["error"]
            assert (reply.status, error["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert len({reply.body for reply in replies if reply.status == 202}) == 1
    assert_logged(replies)
    assert_books(shop, 1)


def test_a_rotated_api_key_gets_the_first_answer_and_the_old_one_none(shop: World, site: Site) -> None:
    first, again = (bursts.send(site.url, [order(shop, "order-1")])[0] for _ in range(2))
    old = ApiKey.objects.get(client=shop.owner.client, livemode=True)
    _, new = issue_key(shop.owner.client, livemode=True)
    access.revoke(old)
    calls = [order(shop, "order-1", new), order(shop, "order-1")] * 10
    replies = bursts.send(site.url, calls)
    assert Counter(reply.status for reply in replies) == {202: 10, 401: 10}
    assert {reply.body for reply in (first, again, *replies) if reply.status == 202} == {first.body}
    assert_books(shop, 1)


def test_a_worker_killed_in_the_middle_leaves_one_job_for_each_key(
    shop: World, site: Site, committed_db: databases.Database
) -> None:
    calls = [order(shop, f"order-{number}") for number in range(AT_ONCE)]
    with ThreadPoolExecutor(1) as pool:
        with held(shop.owner, committed_db):
            sent = pool.submit(bursts.send, site.url, calls)
            waiting.until(lambda: len(site.workers) == 2 and somebody_waits())
            killed = site.busiest
            os.kill(killed, signal.SIGKILL)
        replies = sent.result()
    cut = [reply for reply in replies if reply.status == 0]
    assert cut
    assert {reply.status for reply in replies} <= {0, 202, 503}
    waiting.until(lambda: killed not in site.workers and len(site.workers) == 2)
    again = bursts.send(site.url, calls)
    for first, second in zip(replies, again, strict=True):
        assert second.status == 202, second.body
        assert first.status != 202 or second.body == first.body
    assert_books(shop, AT_ONCE)


@pytest.fixture
def before(committed_db: databases.Database) -> Iterator[Door]:
    with door.before(door.folder_of(committed_db.url)) as made:
        yield made


@pytest.mark.parametrize(("arrives", "status"), [(True, 202), (False, 503)])
def test_cut_at_commit_and_repeated_it_is_one_job(
    shop: World, before: Door, committed_db: databases.Database, arrives: bool, status: int
) -> None:
    with gunicorn.serving(DATABASE_URL=door.through(before, committed_db.url)) as site:
        before.cut_at(b"COMMIT", arrives=arrives)
        [first] = bursts.send(site.url, [order(shop, "order-1")])
        assert Job.objects.count() == arrives
        replies = bursts.send(site.url, [order(shop, "order-1")] * 5)
    assert first.status == status, first.body
    assert {reply.status for reply in replies} == {202}
    [body] = {reply.body for reply in replies}
    if arrives:
        assert body == first.body
    assert_logged([first, *replies])
    assert_books(shop, 1)


def test_strange_keys_are_refused_or_kept_as_they_are(shop: World, site: Site) -> None:
    """One server for all of them."""
    for header in ("", " ", "a b", "a\tb", "x" * 256, "\xfc"):
        answer = raw(shop, site, [header])
        assert answer.startswith(b"HTTP/1.1 422"), (header, answer)
        assert b'"Idempotency-Key"' in answer
    # That is no header at all; the web server says so.
    assert raw(shop, site, ["\x7f"]).startswith(b"HTTP/1.1 400")
    assert_books(shop, 0)
    taken = [["x" * 255], ["%00"], ["'; --".replace(" ", "")], ["a"], ["b"], ["a", "b"], ["A"]]
    jobs = [job_of(raw(shop, site, headers)) for headers in taken]
    assert len(set(jobs)) == len(taken)
    assert [job_of(raw(shop, site, headers)) for headers in taken] == jobs
    # What HTTP says of a header that comes twice.
    assert job_of(raw(shop, site, ["a,b"])) == jobs[5]
    assert_books(shop, len(taken))


def raw(shop: World, site: Site, keys: list[str]) -> bytes:
    """An order with these headers, as they are on the wire."""
    body = json.dumps(shop.order()).encode()
    headers = "".join(f"\nIdempotency-Key: {key}" for key in keys)
    head = (
        f"POST {SWAP} HTTP/1.1\nHost: 127.0.0.1\nConnection: close\nContent-Type: application/json"
        f"\nAuthorization: Bearer {shop.owner.key}\nContent-Length: {len(body)}{headers}"
    )
    return site.send(head, body)


def job_of(answer: bytes) -> str:
    assert answer.startswith(b"HTTP/1.1 202"), answer
    job_id = str(json.loads(answer.partition(b"\r\n\r\n")[2])["job_id"])
    assert ulids.is_valid(job_id)
    return job_id
