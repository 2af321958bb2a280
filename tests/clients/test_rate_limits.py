"""The rate limit of each API key, and what its client is told of it."""

from collections.abc import Callable

import pytest
from pytest_django import Settings

from clients import access, keys
from clients.limits import door
from clients.models import ApiKey, Capability, issue_key
from tests import routes, waiting
from tests import world as worlds
from tests.clients import limited
from tests.world import SWAP, Answer, Api, World, refused
from workflows.models import RequestLog

OPEN = {"/v1/openapi.json", "/v1/docs"}
CLOSED = [route for route in routes.public() if route.template not in OPEN]


@pytest.fixture(autouse=True)
def _patient(settings: Settings) -> None:
    limited.patient(settings)


@pytest.fixture
def slow(world: World) -> World:
    """Its client has three requests at once, and one more each second."""
    limited.limit(world.owner.client, 1, 3)
    return world


def test_what_is_over_the_limit_is_refused_and_not_logged(slow: World) -> None:
    limited.use_up(slow.api)
    body = refused(lambda: slow.api.post(SWAP, slow.order()), 429, "RATE_LIMITED", logged=False)
    assert body["error"]["retryable"] is True
    assert not RequestLog.objects.exists()


def test_a_refusal_says_when_to_come_again(slow: World) -> None:
    answer = limited.use_up(slow.api)
    assert answer["Retry-After"] == "1"
    assert limited.level(answer.headers) == {"r": 0, "t": 1}
    waiting.until(lambda: slow.api.get("/v1/me").status_code == 200)


def test_no_more_than_the_limit_pass(slow: World) -> None:
    passed = 0
    while slow.api.get("/v1/me").status_code == 200:
        passed += 1
    # As many as the bucket holds, and on a slow machine some that came back meanwhile.
    assert 3 <= passed < 30


def test_every_route_with_a_key_is_limited(slow: World) -> None:
    limited.limit(slow.owner.client, 1, 1)
    for route in CLOSED:
        for method in [*route.methods, "PATCH"]:
            limited.use_up(slow.api)
            answers = {slow.api.request(method, route.path(), b"{}").status_code for _ in range(3)}
            assert 429 in answers, (method, route)


def test_each_key_has_a_bucket_of_its_own(slow: World) -> None:
    limited.use_up(slow.api)
    second = Api(issue_key(slow.owner.client, livemode=True)[1])
    for api in (slow.owner.test_api, second, worlds.new_owner().api):
        assert api.get("/v1/me").status_code == 200


def test_a_raised_limit_holds_at_once(slow: World) -> None:
    limited.use_up(slow.api)
    limited.limit(slow.owner.client, 1, 100)
    answer = slow.api.get("/v1/me")
    assert answer.status_code == 200
    assert limited.policy(answer.headers) == {"q": 100, "w": 100}
    assert 90 < limited.level(answer.headers)["r"] < 100


def test_a_lowered_limit_holds_at_once(slow: World) -> None:
    limited.limit(slow.owner.client, 1, 1000)
    for _ in range(50):
        assert slow.api.get("/v1/me").status_code == 200
    limited.limit(slow.owner.client, 1, 1)
    assert slow.api.get("/v1/me").status_code == 429
    # What was sent under the old limit is not held against it for long.
    waiting.until(lambda: slow.api.get("/v1/me").status_code == 200, 10)


def test_a_client_without_a_limit_of_its_own_has_the_default(world: World, settings: Settings) -> None:
    assert limited.policy(world.api.get("/v1/me").headers) == {"q": 2000, "w": 20}
    settings.RATE_LIMIT_PER_SECOND, settings.RATE_LIMIT_BURST = 7, 30
    assert limited.policy(world.api.get("/v1/me").headers) == {"q": 30, "w": 5}
    limited.limit(world.owner.client, None, 14)
    assert limited.policy(world.api.get("/v1/me").headers) == {"q": 14, "w": 2}


def test_a_default_of_nothing_is_no_limit(world: World, settings: Settings) -> None:
    settings.RATE_LIMIT_PER_SECOND = 0
    assert not {"RateLimit", "RateLimit-Policy"} & set(world.api.get("/v1/me").headers)
    limited.limit(world.owner.client, 1, 1)
    assert limited.use_up(world.api).status_code == 429


def test_a_request_is_one_request(world: World) -> None:
    """Also one that is refused for something else, which other frameworks authenticate twice."""
    limited.limit(world.owner.client, 1, 500)
    for number in range(1, 21):
        answer = world.api.post(SWAP, {}) if number % 2 else world.api.get("/v1/jobs/nothing")
        remaining = limited.level(answer.headers)["r"]
        assert remaining >= 500 - number
    # What came back meanwhile is a few, not twenty.
    assert remaining < 500 - 10


def an_unsigned(world: World) -> Answer:
    return world.api.post(SWAP, {}, X_Shopify_Hmac_Sha256="wrong")


def a_suspended(world: World) -> Answer:
    access.suspend(world.owner.client)
    return world.api.get("/v1/me")


def an_incapable(world: World) -> Answer:
    return Api(issue_key(world.owner.client, livemode=True, capabilities=[])[1]).get("/v1/jobs")


ANSWERS: dict[int, Callable[[World], Answer]] = {
    200: lambda world: world.api.get("/v1/me"),
    202: lambda world: world.api.post(SWAP, world.order()),
    304: lambda world: world.api.get(job := dispatched(world), If_None_Match=world.api.get(job)["ETag"]),
    401: an_unsigned,
    402: lambda world: world.api.post(SWAP, world.order(), X_Max_Credits="1"),
    403: an_incapable,
    404: lambda world: world.api.get("/v1/jobs/nothing"),
    405: lambda world: world.api.post("/v1/me"),
    413: lambda world: world.api.post(SWAP, b" " * 10**6),
    415: lambda world: world.api.request("POST", SWAP, b"x", "text/plain"),
    422: lambda world: world.api.post(SWAP, {}),
}


def dispatched(world: World) -> str:
    return f"/v1/jobs/{worlds.dispatch(world).id}"


@pytest.mark.parametrize("status", ANSWERS)
def test_every_answer_to_a_known_key_says_where_it_stands(world: World, status: int) -> None:
    answer = ANSWERS[status](world)
    assert answer.status_code == status
    assert limited.policy(answer.headers) == {"q": 2000, "w": 20}
    assert 0 < limited.level(answer.headers)["r"] < 2000
    assert limited.level(answer.headers)["t"] == 1


def test_nothing_is_told_where_no_key_is_known(world: World) -> None:
    for api, path in (
        (Api(), "/v1/me"),
        (Api(keys.mint(livemode=True)), "/v1/me"),
        (world.api, "/v1/nothing"),
    ):
        assert not {"RateLimit", "RateLimit-Policy"} & set(api.get(path).headers)


def test_a_wrong_key_costs_nobody(slow: World) -> None:
    limited.use_up(slow.api)
    wrong = Api(slow.owner.key[:-1] + ("a" if slow.owner.key[-1] != "a" else "b"))
    for _ in range(10):
        refused(lambda: wrong.get("/v1/me"), 401, "UNAUTHENTICATED", logged=False)
    access.revoke(ApiKey.objects.get(digest=keys.digest(slow.owner.key)))
    refused(lambda: slow.api.get("/v1/me"), 401, "UNAUTHENTICATED", logged=False)


def test_a_suspended_client_is_told_so_within_its_limit_and_can_not_flood_the_log(slow: World) -> None:
    answer = a_suspended(slow)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "CLIENT_SUSPENDED")
    assert limited.policy(answer.headers) == {"q": 3, "w": 3}
    waiting.until(lambda: slow.api.post(SWAP, {}).status_code == 429)
    assert RequestLog.objects.count() < 30


def test_a_missing_capability_is_told_within_the_limit(slow: World) -> None:
    api = Api(issue_key(slow.owner.client, livemode=True, capabilities=[Capability.JOBS_READ])[1])
    refused(lambda: api.post(SWAP, {}), 403, "CAPABILITY_MISSING")


def test_without_a_shared_cache_a_process_limits_alone(slow: World, settings: Settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    assert not door.is_shared()
    assert limited.use_up(slow.api)["Retry-After"] == "1"
    assert slow.owner.test_api.get("/v1/me").status_code == 200
