"""GET /v1/credits."""

from tests import world as worlds
from tests.world import World, dispatch


def test_shows_the_balance_and_what_is_in_flight(world: World) -> None:
    job = dispatch(world)
    assert world.api.get("/v1/credits").json() == {
        "balance": 95,
        "in_flight": 5,
        "currency": "credits",
        "livemode": True,
    }
    worlds.fail(job)
    body = world.api.get("/v1/credits").json()
    assert (body["balance"], body["in_flight"]) == (100, 0)


def test_a_success_is_paid_for_good(world: World) -> None:
    worlds.succeed(dispatch(world))
    body = world.api.get("/v1/credits").json()
    assert (body["balance"], body["in_flight"]) == (95, 0)


def test_the_test_key_shows_test_credits(world: World) -> None:
    dispatch(world)
    body = world.owner.test_api.get("/v1/credits").json()
    assert (body["balance"], body["in_flight"], body["livemode"]) == (100, 0, False)
