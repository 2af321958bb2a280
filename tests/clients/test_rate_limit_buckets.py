"""Token buckets: alone in a process, and in a Valkey that many processes take from."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis
from hypothesis import given
from hypothesis import strategies as some

from clients import ulids
from clients.limits.buckets import ONE, Buckets, Level, OwnBuckets
from clients.limits.policies import Policy
from clients.limits.shared import SharedBuckets
from config.embedded import leash
from tests import servers, waiting
from tests.clients import limited

SECOND = 1_000_000_000


@pytest.fixture
def url() -> str:
    """A database of the session's Valkey that no other process of it uses."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return f"unix://{servers.valkey_socket()}?db={2 * number + 1}"


@pytest.fixture
def server(url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(url, decode_responses=True) as session:
        yield session


@pytest.fixture
def shared(url: str) -> SharedBuckets:
    return SharedBuckets(url, socket_timeout=limited.PATIENCE)


@pytest.fixture
def name() -> str:
    return ulids.new()


class Clock:
    """Nanoseconds that pass when the test says so."""

    now = 5 * SECOND

    def __call__(self) -> int:
        return self.now


def taken(buckets: Buckets, name: str, policy: Policy) -> Level:
    level = buckets.take(name, policy)
    assert level is not None
    return level


def passing(buckets: Buckets, name: str, policy: Policy, times: int) -> int:
    return sum(taken(buckets, name, policy).admitted for _ in range(times))


def test_a_level_is_said_in_whole_requests_and_seconds() -> None:
    clock = Clock()
    buckets, policy = OwnBuckets(clock), Policy(per_second=10, burst=25)
    assert policy.window == 3
    first = taken(buckets, "a", policy)
    assert (first.admitted, first.remaining, first.seconds_to_full) == (True, 24, 1)
    assert passing(buckets, "a", policy, 23) == 23
    last = taken(buckets, "a", policy)
    assert (last.admitted, last.remaining, last.seconds_to_next, last.seconds_to_full) == (True, 0, 1, 3)
    refused = taken(buckets, "a", policy)
    assert (refused.admitted, refused.remaining, refused.seconds_to_next) == (False, 0, 1)
    clock.now += SECOND // 10 - 1000
    assert not taken(buckets, "a", policy).admitted
    clock.now += 1000
    assert taken(buckets, "a", policy).admitted
    clock.now += 60 * SECOND
    assert passing(buckets, "a", policy, 40) == 25


@given(
    per_second=some.integers(1, 1000),
    burst=some.integers(1, 50),
    gaps=some.lists(some.integers(0, SECOND), min_size=1, max_size=60),
)
def test_in_no_time_more_pass_than_the_limit(per_second: int, burst: int, gaps: list[int]) -> None:
    clock = Clock()
    buckets, policy = OwnBuckets(clock), Policy(per_second, burst)
    passed: list[int] = []
    for gap in gaps:
        clock.now += gap
        if taken(buckets, "a", policy).admitted:
            passed.append(clock.now)
    for first, since in enumerate(passed):
        for count, until in enumerate(passed[first:], start=1):
            # The clock is read in microseconds.
            assert count <= burst + (until - since + 1000) * per_second / SECOND


def test_a_process_forgets_full_buckets() -> None:
    clock = Clock()
    buckets, policy = OwnBuckets(clock), Policy(per_second=1, burst=2)
    for number in range(10_000):
        taken(buckets, str(number), policy)
    clock.now += 2 * SECOND
    taken(buckets, "one more", policy)
    assert len(buckets) == 1


def test_threads_of_a_process_take_no_more_than_there_is() -> None:
    buckets, policy = OwnBuckets(Clock()), Policy(per_second=1, burst=5000)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(lambda _: passing(buckets, "a", policy, 1000), range(8))) == 5000
    finally:
        sys.setswitchinterval(before)


def test_processes_share_one_bucket_and_take_no_more_than_there_is(url: str, name: str) -> None:
    words = [sys.executable, "-m", "tests.clients.takers", url, name, "50", "300", "8", "1500"]
    takers = [
        subprocess.Popen(leash.command(words), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for taker in takers:
        assert taker.stdout is not None
        assert taker.stdout.readline() == "ready\n"
    began = time.monotonic()
    for taker in takers:
        assert taker.stdin is not None
        taker.stdin.write("\n")
        taker.stdin.flush()
    counts = [int(taker.communicate()[0]) for taker in takers]
    seconds = time.monotonic() - began
    assert 300 <= sum(counts) <= 300 + 50 * seconds + 1
    assert all(counts)


def test_what_was_taken_comes_back(shared: SharedBuckets, name: str) -> None:
    policy = Policy(per_second=20, burst=5)
    began = time.monotonic()
    passed = 0
    while passed < 15:
        passed += passing(shared, name, policy, 1)
    # All but what it held at first, less what two clocks may differ.
    assert time.monotonic() - began >= (15 - 5) / 20 - 0.05


def test_a_full_bucket_leaves_nothing_behind(shared: SharedBuckets, server: redis.Redis, name: str) -> None:
    policy = Policy(per_second=10, burst=10)
    passing(shared, name, policy, 5)
    left = int(str(server.pttl(f"rate:{name}")))
    # -1 would be: it never ends; -2: it has ended before we looked.
    assert left == -2 or 0 < left <= 501
    waiting.until(lambda: not server.exists(f"rate:{name}"))


def test_a_restarted_server_has_to_be_told_the_script_again(
    shared: SharedBuckets, server: redis.Redis, name: str
) -> None:
    policy = Policy(per_second=1, burst=100)
    taken(shared, name, policy)
    server.script_flush()
    assert taken(shared, name, policy).remaining >= 98


@pytest.mark.parametrize("hours", [-10, 10])
def test_a_clock_that_was_set_lends_nothing_and_locks_nobody_out(
    shared: SharedBuckets, server: redis.Redis, name: str, hours: int
) -> None:
    """As after a failover to a machine whose clock is another."""
    policy = Policy(per_second=2, burst=10)
    while taken(shared, name, policy).admitted:
        pass
    elsewhere = int(str(server.hget(f"rate:{name}", "at"))) + hours * 3600 * 1_000_000
    server.hset(f"rate:{name}", "at", elsewhere)
    began = time.monotonic()
    passed = passing(shared, name, policy, 20)
    assert passed <= (10 if hours < 0 else 0) + 2 * (time.monotonic() - began) + 1
    waiting.until(lambda: taken(shared, name, policy).admitted)


def test_a_clock_that_was_set_back_takes_nothing(
    shared: SharedBuckets, server: redis.Redis, name: str
) -> None:
    policy = Policy(per_second=1, burst=100)
    passing(shared, name, policy, 10)
    server.hincrby(f"rate:{name}", "at", 3600 * 1_000_000)
    assert taken(shared, name, policy).remaining >= 89


def test_the_largest_limits_are_exact(shared: SharedBuckets, server: redis.Redis, name: str) -> None:
    policy = Policy(per_second=1, burst=1_000_000)
    taken(shared, name, policy)
    server.hset(f"rate:{name}", "missing", 999_999_000_000)
    before = int(str(server.hget(f"rate:{name}", "at")))
    level = taken(shared, name, policy)
    passed = int(str(server.hget(f"rate:{name}", "at"))) - before
    assert level.missing == 1_000_000_000_000 - passed
    assert (level.admitted, level.remaining) == (True, passed // ONE)
    assert server.ttl(f"rate:{name}") > 999_000
