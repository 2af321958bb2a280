"""Every route of the URL conf: what it asks of a key, and whose things it shows.

A new route without its line in NEEDS fails here, and so does one with an id that has no case in THINGS.
"""

import functools
import json
from collections.abc import Callable, Iterator

import pytest

from assets.models import Background
from clients import ulids
from clients.models import Capability, issue_key
from tests import routes
from tests import world as worlds
from tests.routes import Route
from tests.world import Api, World, dispatch, refused
from workflows.models import Job, RequestLog

OPEN, ANY_KEY = "open", "any key"
CREATE, READ, BILLING = Capability.JOBS_CREATE, Capability.JOBS_READ, Capability.BILLING_READ
NEEDS = {
    "/v1/openapi.json": OPEN,
    "/v1/docs": OPEN,
    "/v1/me": ANY_KEY,
    "/v1/output-presets": ANY_KEY,
    "/v1/operations": ANY_KEY,
    "/v1/spec-vocabulary": ANY_KEY,
    "/v1/background-swap-with-image": CREATE,
    "/v1/uploads": CREATE,
    "/v1/uploads/presign": CREATE,
    "/v1/catalog/backgrounds": READ,
    "/v1/catalog/backgrounds/<str:public_id>": READ,
    "/v1/jobs": READ,
    "/v1/jobs/<str:public_id>": READ,
    "/v1/jobs/<str:public_id>/events": READ,
    "/v1/jobs/<str:public_id>/cancel": CREATE,
    "/v1/renders": READ,
    "/v1/renders/<str:public_id>": READ,
    "/v1/request-logs": READ,
    "/v1/request-logs/<str:request_id>": READ,
    "/v1/credits": BILLING,
    "/v1/credits/entries": BILLING,
    "/v1/usage": BILLING,
}
ROUTES = routes.public()
CALLS = [(route, method) for route in ROUTES for method in route.methods]
CLOSED = [(route, method) for route, method in CALLS if NEEDS.get(route.template) != OPEN]
ONES = [route for route in ROUTES if route.is_one]
LISTS = [route for route in ROUTES if not route.is_one and "GET" in route.methods]
MALFORMED = (
    "x", "0" * 26, "01arz3ndektsv4rrffq69g5fav", "81ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAV ",
    "%00", "..", "1 OR 1=1", "\u2603" * 26, "x" * 2000, "-1", "null",
)  # fmt: skip


def call(api: Api, route: Route, method: str) -> worlds.Answer:
    return api.request(method, route.path(), b"{}" if method == "POST" else b"")


def use(api: Api, route: Route, identifier: str) -> worlds.Answer:
    """What a route with an id is for."""
    return api.request(route.methods[0], route.path(identifier))


def test_every_route_says_what_it_needs() -> None:
    missing = {route.template for route in ROUTES} - set(NEEDS)
    assert not missing, f"add to NEEDS what {missing} ask of a key"


def test_no_line_is_left_of_a_route_that_is_gone() -> None:
    assert set(NEEDS) <= {route.template for route in ROUTES}


@pytest.mark.parametrize(("route", "method"), CLOSED, ids=str)
def test_refuses_everybody_without_a_key(world: World, route: Route, method: str) -> None:
    refused(lambda: call(Api(), route, method), 401, "UNAUTHENTICATED", logged=False)


@pytest.mark.parametrize(("route", "method"), CLOSED, ids=str)
def test_refuses_a_key_without_the_capability(world: World, route: Route, method: str) -> None:
    needed = NEEDS[route.template]
    others = [capability for capability in Capability.values if capability != needed]
    api = Api(issue_key(world.owner.client, livemode=True, capabilities=others)[1])
    if needed == ANY_KEY:
        api = Api(issue_key(world.owner.client, livemode=True, capabilities=[])[1])
        assert call(api, route, method).status_code == 200
    else:
        body = refused(lambda: call(api, route, method), 403, "CAPABILITY_MISSING", logged=method == "POST")
        assert needed in body["error"]["message"]


@pytest.mark.parametrize(("route", "method"), CLOSED, ids=str)
def test_the_capability_alone_is_enough(world: World, route: Route, method: str) -> None:
    alone = [needed] if (needed := NEEDS[route.template]) in Capability.values else []
    api = Api(issue_key(world.owner.client, livemode=True, capabilities=alone)[1])
    assert call(api, route, method).status_code not in (401, 403, 500)


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_other_methods_are_a_405(world: World, route: Route) -> None:
    for method in {"POST", "PUT", "PATCH", "DELETE"} - set(route.methods):
        logged = method == "POST" and NEEDS[route.template] != OPEN
        refused(functools.partial(call, world.api, route, method), 405, "METHOD_NOT_ALLOWED", logged=logged)
        assert route.methods[0] in call(world.api, route, method)["Allow"]


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_options_tell_nothing(world: World, route: Route) -> None:
    if NEEDS[route.template] == OPEN:
        return
    answer = world.api.request("OPTIONS", route.path())
    assert (answer.status_code, answer.content) == (200, b"")
    assert route.methods[0] in answer["Allow"]


Things = Callable[[World, Api], str]


def a_job(world: World, api: Api) -> str:
    livemode = api.key == world.owner.key
    return dispatch(world, api, source_image_s3_key=worlds.upload(world.owner, livemode=livemode)).id


def a_render(world: World, api: Api) -> str:
    job = Job.objects.get(id=a_job(world, api))
    worlds.succeed(job)
    return job.id


def a_background(world: World, api: Api) -> str:
    return worlds.new_background(client=world.owner.client, livemode=api.key == world.owner.key).id


def a_request_log(world: World, api: Api) -> str:
    return str(api.post(worlds.SWAP, {})["X-Request-Id"])


THINGS: dict[str, Things] = {
    "/v1/catalog/backgrounds/<str:public_id>": a_background,
    "/v1/jobs/<str:public_id>": a_job,
    "/v1/jobs/<str:public_id>/events": a_job,
    "/v1/jobs/<str:public_id>/cancel": a_job,
    "/v1/renders/<str:public_id>": a_render,
    "/v1/request-logs/<str:request_id>": a_request_log,
}


def test_every_route_with_an_id_has_a_case() -> None:
    assert {route.template for route in ONES} == set(THINGS)


@pytest.mark.parametrize("route", ONES, ids=str)
def test_the_owner_finds_a_thing(world: World, route: Route) -> None:
    assert use(world.api, route, THINGS[route.template](world, world.api)).status_code == 200


@pytest.mark.parametrize("route", ONES, ids=str)
def test_anothers_thing_is_like_one_that_is_not_there(world: World, route: Route) -> None:
    stranger = World(worlds.new_owner(credits=10), world.background, world.preset, "")
    make = THINGS[route.template]
    code = "JOB_NOT_FOUND" if "/jobs/" in route.template else "RESOURCE_NOT_FOUND"
    logged = route.methods[0] == "POST"
    absent = refused(lambda: use(world.api, route, ulids.new()), 404, code, logged=logged)["error"]
    things = [make(stranger, stranger.api), make(world, world.owner.test_api), *MALFORMED]
    for thing in things:
        found = functools.partial(use, world.api, route, thing)
        error = refused(found, 404, code, logged=logged)["error"]
        assert {**error, "request_id": ""} == {**absent, "request_id": ""}, thing


def busy(world: World) -> None:
    """One of everything that a client can have, in its live mode."""
    for make in THINGS.values():
        make(world, world.api)
    worlds.fail(dispatch(world, pilot_brand="a", source_image_s3_key=worlds.upload(world.owner)))


@pytest.mark.parametrize("route", LISTS, ids=str)
def test_nothing_of_a_stranger_or_the_other_mode_is_listed(world: World, route: Route) -> None:
    if NEEDS[route.template] == OPEN:
        return
    busy(world)
    stranger = worlds.new_owner()
    for api in (world.owner.test_api, stranger.api):
        shown = json.dumps(api.get(route.path()).json())
        for secret in _ids_of(world):
            assert secret not in shown


def _ids_of(world: World) -> Iterator[str]:
    jobs = Job.objects.filter(client=world.owner.client)
    yield from jobs.values_list("id", flat=True)
    yield from RequestLog.objects.filter(client=world.owner.client).values_list("id", flat=True)
    own = Background.objects.filter(client=world.owner.client)
    yield from own.values_list("id", flat=True)


def test_no_answer_shows_a_secret_or_a_key_of_our_storage(world: World) -> None:
    busy(world)
    secrets = [
        world.owner.key,
        world.owner.test_key,
        world.owner.signing_secret,
        "sk_live_",
        "sk_test_",
        "whsec_",
    ]
    for route in ROUTES:
        if not (route.is_one or "GET" in route.methods) or NEEDS[route.template] == OPEN:
            continue
        identifier = THINGS[route.template](world, world.api) if route.is_one else ""
        shown = use(world.api, route, identifier).content.decode()
        for secret in secrets:
            assert secret not in shown, route
        # In a signed URL a key is no secret: it is of no use without its signature.
        outside = "".join(part.split('"', 1)[-1] for part in shown.split("http://"))
        for ours in ("renders/live", "renders/test", "catalogue/", world.background.key):
            assert ours not in outside, route
