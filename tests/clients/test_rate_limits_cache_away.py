"""The cache is killed, frozen or full: requests go on, unlimited, and soon."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from pytest_django import Settings
from structlog.testing import capture_logs

from clients.limits import breaker, shared
from tests import waiting
from tests.brokers.broker import Valkey
from tests.clients import limited
from tests.world import SWAP, Answer, World

CALLS = 40


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    with Valkey(tmp_path_factory.mktemp("cache")) as running:
        yield running


@pytest.fixture
def cache(valkey: Valkey, settings: Settings) -> Iterator[Valkey]:
    """The cache of this test."""
    away = settings.CACHES["default"]
    settings.CACHES = {"default": {**away, "LOCATION": f"unix://{socket_of(valkey)}", "OPTIONS": {}}}
    yield valkey
    valkey.thaw()


def socket_of(valkey: Valkey) -> Path:
    return Path(valkey.url.removeprefix("redis+socket://").partition("?")[0])


def is_limited(world: World) -> bool:
    return "RateLimit" in world.api.get("/v1/me").headers


def assert_unlimited(world: World) -> list[Answer]:
    """Many more calls than a key of one request has; none waits for the cache that another has waited for."""
    limited.limit(world.owner.client, 1, 1)
    began = time.monotonic()
    with capture_logs() as lines:
        answers = [world.api.get("/v1/me") for _ in range(CALLS)]
    assert {answer.status_code for answer in answers} == {200}
    assert time.monotonic() - began < CALLS * shared.PATIENCE / 2
    told = [line for line in lines if line["event"] == "rate_limits_unavailable"]
    assert len(told) <= 1
    return answers


def test_while_the_cache_is_down_requests_go_on(world: World, cache: Valkey) -> None:
    assert is_limited(world)
    cache.kill()
    for answer in assert_unlimited(world):
        assert limited.policy(answer.headers) == {"q": 1, "w": 1}
        assert "RateLimit" not in answer.headers
    assert world.api.post(SWAP, world.order()).status_code == 202
    cache.start()
    waiting.until(lambda: is_limited(world))
    assert limited.use_up(world.api).status_code == 429


def test_while_the_cache_is_frozen_requests_go_on_and_hardly_wait(world: World, cache: Valkey) -> None:
    assert is_limited(world)
    cache.freeze()
    assert_unlimited(world)
    cache.thaw()
    waiting.until(lambda: is_limited(world))
    assert limited.use_up(world.api).status_code == 429


def test_a_full_cache_is_as_good_as_none(world: World, cache: Valkey) -> None:
    with redis.Redis(unix_socket_path=str(socket_of(cache))) as session:
        session.config_set("maxmemory", 1)
        assert_unlimited(world)
        session.config_set("maxmemory", 0)
    waiting.until(lambda: is_limited(world))


class Server:
    """Away until it is `back`; counts who looks for it."""

    def __init__(self) -> None:
        self.looks = 0
        self.back = threading.Event()

    def look(self) -> None:
        self.looks += 1
        if not self.back.is_set():
            raise redis.ConnectionError("still away")


NO_ANSWER = redis.TimeoutError("no answer")


def test_the_trouble_is_told_once_in_a_while_and_its_end_once() -> None:
    server = Server()
    fuse = breaker.Breaker(server.look, haste=1)
    with capture_logs() as lines:
        for asked in [fuse.lets_ask() for _ in range(5)]:
            assert asked
            fuse.heard(NO_ANSWER)
        waiting.until(lambda: server.looks)
        server.back.set()
        waiting.until(fuse.lets_ask)
    assert [line["event"] for line in lines] == ["rate_limits_unavailable", "rate_limits_available"]


def test_while_it_is_away_no_request_asks() -> None:
    server = Server()
    fuse = breaker.Breaker(server.look, haste=1)
    assert fuse.lets_ask()
    fuse.heard(NO_ANSWER)
    waiting.until(lambda: fuse.lets_ask() or server.looks == 2)
    assert not fuse.lets_ask()
    server.back.set()
    waiting.until(fuse.lets_ask)


def test_nobody_joins_those_who_wait_in_vain() -> None:
    fuse = breaker.Breaker(Server().look, haste=0.1)
    assert fuse.lets_ask()
    waiting.until(lambda: not fuse.lets_ask())
    fuse.heard()
    assert fuse.lets_ask()
