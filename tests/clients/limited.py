"""What the tests of rate limits have in common: keys that are used up, headers read as the draft has them."""

import re
from collections.abc import Mapping

from pytest_django import Settings

from clients.models import Client
from tests.world import Answer, Api

# A List of Strings with Integers as parameters, of RFC 9651: all that these two headers have.
_ITEM = r'"([a-z]+)"((?:;[a-z]+=\d{1,15})+)'
Fields = dict[str, dict[str, int]]


def fields(header: str) -> Fields:
    """The parameters of each member of a structured field."""
    read: Fields = {}
    for member in re.split(r"[ \t]*,[ \t]*", header):
        item = re.fullmatch(_ITEM, member)
        assert item, header
        pairs = (pair.split("=") for pair in item[2].removeprefix(";").split(";"))
        read[item[1]] = {name: int(value) for name, value in pairs}
    return read


def policy(headers: Mapping[str, str]) -> dict[str, int]:
    return fields(headers["RateLimit-Policy"])["requests"]


def level(headers: Mapping[str, str]) -> dict[str, int]:
    return fields(headers["RateLimit"])["requests"]


# A busy machine may keep a cache's answer back for longer than a client would wait.
PATIENCE = 10


def patient(settings: Settings) -> None:
    """Only a cache that is away counts as away, not a slow one."""
    cache = settings.CACHES["default"]
    options = {**cache.get("OPTIONS", {}), "socket_timeout": PATIENCE}
    settings.CACHES = {"default": {**cache, "OPTIONS": options}}


def limit(client: Client, per_second: int | None, burst: int | None) -> None:
    """As staff set it."""
    Client.objects.filter(pk=client.pk).update(rate_limit_per_second=per_second, rate_limit_burst=burst)


def use_up(api: Api) -> Answer:
    """Calls until the key is refused, and gives back that answer."""
    for _ in range(200):
        answer = api.get("/v1/me")
        if answer.status_code == 429:
            return answer
        assert answer.status_code == 200
    raise AssertionError("200 requests, and the key is not used up")
