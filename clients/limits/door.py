"""One request more by an API key: let in or refused, and what its client is told of the limit."""

import functools
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest

from clients.api import errors, requests
from clients.callers import Caller
from clients.limits import policies
from clients.limits.buckets import Buckets, Level, OwnBuckets
from clients.limits.policies import Policy
from clients.limits.shared import SharedBuckets

log = structlog.get_logger(__name__)

# What the policy is called in the headers.
NAME = "requests"
_SHARED = "django.core.cache.backends.redis.RedisCache"


def admit(request: HttpRequest, caller: Caller) -> None:
    """Take a request from the bucket of the caller's key. Raises RateLimited if it is empty."""
    policy = policies.of(caller.client)
    if policy is None:
        return
    level = buckets().take(caller.api_key.id, policy)
    requests.known(request).headers |= _headers(policy, level)
    if level is not None and not level.admitted:
        # The log of requests keeps no row of it: these lines are its count.
        log.info("rate_limited", client_id=caller.client.id, api_key=caller.api_key.hint)
        raise errors.RateLimited(retry_after=level.seconds_to_next)


def buckets() -> Buckets:
    """Of the cache that the settings name. Raises ValueError or TypeError for a CACHE_URL that is wrong."""
    if not is_shared():
        return _own()
    cache = settings.CACHES["default"]
    places = cache["LOCATION"]
    # Of several servers the first is the one that is written to, as Django's cache has it.
    url = places if isinstance(places, str) else places[0]
    return _shared(url, tuple(sorted(cache.get("OPTIONS", {}).items())))


def is_shared() -> bool:
    """Whether all processes share one limit."""
    return bool(settings.CACHES["default"]["BACKEND"] == _SHARED)


@functools.cache
def _own() -> Buckets:
    return OwnBuckets()


@functools.cache
def _shared(url: str, options: tuple[tuple[str, Any], ...]) -> Buckets:
    return SharedBuckets(url, **dict(options))


def _headers(policy: Policy, level: Level | None) -> dict[str, str]:
    """As draft-ietf-httpapi-ratelimit-headers-11 has them; the policy alone while nobody knows the level."""
    headers = {"RateLimit-Policy": f'"{NAME}";q={policy.burst};w={policy.window}'}
    if level is not None:
        # Of an empty bucket a client wants to know when it may go on, not when it could be hasty again.
        seconds = level.seconds_to_full if level.remaining else level.seconds_to_next
        headers["RateLimit"] = f'"{NAME}";r={level.remaining};t={seconds}'
    return headers
