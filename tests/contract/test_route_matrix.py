"""Every route × everybody who must not get through, generated from the URL conf.

Each cell is a call that ends well (tests/clients/calls.py) with one thing changed: its column.
A new route is in the table by itself, and the first test here says what it lacks.
"""

import functools
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from clients import access, keys, ulids
from clients.models import ApiKey, Capability, issue_key
from tests import world as worlds
from tests.clients import calls
from tests.clients.calls import GOOD, Busy
from tests.clients.test_routes import NEEDS, OPEN, THINGS
from tests.routes import Route, public
from tests.world import Answer, Api, World, faults, refused

CLOSED = [
    (route, method) for route in public() for method in route.methods if NEEDS.get(route.template) != OPEN
]
NEEDING = [template for template, needed in NEEDS.items() if needed in Capability.values]
Forms = Iterator[Callable[[], Answer]]
MALFORMED_KEYS = ("x", "sk_live_", "sk_live_" + "0" * 38, "null", "\xfc" * 46, "x" * 5000)
MALFORMED_IDS = ("x", "0" * 26, "null", "%00", "..", "\u2603" * 26, "1 OR 1=1", "x" * 2000)


@dataclass(frozen=True)
class Row:
    """A route with one method, and a client for which it works."""

    route: Route
    method: str
    busy: Busy

    @property
    def world(self) -> World:
        return self.busy.world

    def call(self, api: Api | None = None, *, thing: str | None = None, query: str = "") -> Answer:
        path = self.busy.path(self.route) if thing is None else self.route.path(thing)
        body = self.busy.body(self.route.path(""), self.method)
        return (api or self.world.api).request(self.method, path + query, *body)

    def shown_to(self, authorization: str) -> Answer:
        body, content_type = self.busy.body(self.route.path(""), self.method)
        headers = {"Authorization": authorization}
        return Api().request(self.method, self.busy.path(self.route), body, content_type, headers)

    def thing_of(self, owner: worlds.Owner, api: Api) -> str:
        """What this route shows, but of somebody else, or of the other mode."""
        other = World(owner, self.world.background, self.world.preset, "")
        return THINGS[self.route.template](other, api)

    def new_key(self, **options: Any) -> tuple[ApiKey, Api]:
        api_key, secret = issue_key(self.world.owner.client, livemode=True, **options)
        return api_key, Api(secret)


def no_key(row: Row) -> Forms:
    yield functools.partial(row.call, Api())
    yield functools.partial(row.shown_to, "")


def wrong_key(row: Row) -> Forms:
    yield functools.partial(row.call, Api(keys.mint(livemode=True)))
    yield functools.partial(row.call, Api(keys.mint(livemode=False)))


def malformed_key(row: Row) -> Forms:
    for key in (*MALFORMED_KEYS, row.world.owner.key[:-1], row.world.owner.key.upper()):
        yield functools.partial(row.shown_to, f"Bearer {key}")
    yield functools.partial(row.shown_to, f"Basic {row.world.owner.key}")
    yield functools.partial(row.shown_to, row.world.owner.key)


def revoked_key(row: Row) -> Forms:
    api_key, api = row.new_key()
    access.revoke(api_key)
    yield functools.partial(row.call, api)


def expired_key(row: Row) -> Forms:
    _, api = row.new_key(expires_at=timezone.now() - timedelta(seconds=1))
    yield functools.partial(row.call, api)


def suspended_client(row: Row) -> Forms:
    access.suspend(row.world.owner.client)
    yield row.call
    yield functools.partial(row.call, row.world.owner.test_api)
    access.unsuspend(row.world.owner.client)


def missing_capability(row: Row) -> Forms:
    others = [capability for capability in Capability.values if capability != NEEDS[row.route.template]]
    for capabilities in (others, []):
        yield functools.partial(row.call, row.new_key(capabilities=capabilities)[1])


def other_client(row: Row) -> Forms:
    stranger = worlds.new_owner(credits=100)
    yield functools.partial(row.call, thing=row.thing_of(stranger, stranger.api))
    yield functools.partial(row.call, stranger.api)


def other_mode(row: Row) -> Forms:
    yield functools.partial(row.call, thing=row.thing_of(row.world.owner, row.world.owner.test_api))
    yield functools.partial(row.call, row.world.owner.test_api)


def malformed_id(row: Row) -> Forms:
    for identifier in (*MALFORMED_IDS, row.busy.things[row.route.template].lower()):
        yield functools.partial(row.call, thing=identifier)


def missing_id(row: Row) -> Forms:
    yield functools.partial(row.call, thing=ulids.new())


def unknown_parameter(row: Row) -> Forms:
    yield functools.partial(row.call, query="?no_such_parameter=1")
    yield functools.partial(row.call, query="?no_such_parameter")


@dataclass(frozen=True)
class Column:
    """What a refusal must say, and on which routes it can be asked for."""

    forms: Callable[[Row], Forms]
    status: int
    code: str = ""
    routes: Collection[str] = tuple(NEEDS)
    # A refused POST leaves its row in the request log as soon as the key is known.
    is_logged: bool = True


COLUMNS = (
    Column(no_key, 401, "UNAUTHENTICATED", is_logged=False),
    Column(wrong_key, 401, "UNAUTHENTICATED", is_logged=False),
    Column(malformed_key, 401, "UNAUTHENTICATED", is_logged=False),
    Column(revoked_key, 401, "UNAUTHENTICATED", is_logged=False),
    Column(expired_key, 401, "UNAUTHENTICATED", is_logged=False),
    Column(suspended_client, 403, "CLIENT_SUSPENDED"),
    Column(missing_capability, 403, "CAPABILITY_MISSING", routes=NEEDING),
    Column(other_client, 404, routes=THINGS),
    Column(other_mode, 404, routes=THINGS),
    Column(malformed_id, 404, routes=THINGS),
    Column(missing_id, 404, routes=THINGS),
    Column(unknown_parameter, 422, "VALIDATION_ERROR"),
)


def check(row: Row, column: Column) -> None:
    """Every form is refused alike, with all that refusals have in common, and nothing is moved."""
    code = column.code or ("JOB_NOT_FOUND" if "/jobs/" in row.route.template else "RESOURCE_NOT_FOUND")
    logged = column.is_logged and row.method == "POST"
    for call in column.forms(row):
        body = refused(call, column.status, code, logged=logged)
        if column.forms is unknown_parameter:
            assert faults(body) == [(("query", "no_such_parameter"), "extra_forbidden")]


def test_every_route_has_what_its_row_needs() -> None:
    found = {route.template for route in public()}
    assert found - set(NEEDS) == set(), "say in tests/clients/test_routes.py, NEEDS, what these ask of a key"
    ones = {route.template for route in public() if route.is_one}
    assert ones - set(THINGS) == set(), "say in tests/clients/test_routes.py, THINGS, how to make one"
    assert set(THINGS) <= ones <= found


@pytest.mark.parametrize(("route", "method"), CLOSED, ids=str)
def test_nobody_gets_through(world: World, route: Route, method: str) -> None:
    row = Row(route, method, calls.busy(world))
    for column in COLUMNS:
        if route.template in column.routes:
            check(row, column)
    answer = row.call()
    assert answer.status_code in GOOD, (
        f"tests/clients/calls.py has no call to {route} that ends well: {answer}"
    )
