"""POST /v1/background-swap-with-image: price, limits, switches."""

import pytest
from pytest_django import Settings

from billing.models import CreditAccount
from tests import world as worlds
from tests.world import SOURCE, SWAP, World, dispatch, faults, refused
from workflows.models import WorkflowSetting


def test_refuses_when_the_balance_is_too_low(world: World) -> None:
    poor = worlds.new_owner(credits=4)
    order = world.order(**{SOURCE: worlds.upload(poor)})
    body = refused(lambda: poor.api.post(SWAP, order), 402, "INSUFFICIENT_BALANCE")
    assert "5 credits" in body["error"]["message"]


def test_test_credits_do_not_pay_for_live_jobs(world: World) -> None:
    poor = worlds.new_owner(credits=0, test_credits=100)
    order = world.order(**{SOURCE: worlds.upload(poor)})
    refused(lambda: poor.api.post(SWAP, order), 402, "INSUFFICIENT_BALANCE")


def test_the_last_credits_can_be_spent(world: World) -> None:
    exact = worlds.new_owner(credits=5)
    order = world.order(**{SOURCE: worlds.upload(exact)})
    assert exact.api.post(SWAP, order).status_code == 202
    refused(lambda: exact.api.post(SWAP, order), 402, "INSUFFICIENT_BALANCE")


def test_refuses_above_the_callers_own_limit(world: World) -> None:
    body = refused(lambda: world.api.post(SWAP, world.order(), X_Max_Credits="4"), 402, "PRICE_ABOVE_LIMIT")
    assert body["error"]["retryable"] is False
    assert world.api.post(SWAP, world.order(), X_Max_Credits="5").status_code == 202


@pytest.mark.parametrize("header", ["", "five", "-1", "5.0", "1e3", " ", "\u0665", "9" * 30])
def test_refuses_a_limit_that_is_no_number(world: World, header: str) -> None:
    body = refused(lambda: world.api.post(SWAP, world.order(), X_Max_Credits=header), 422, "VALIDATION_ERROR")
    assert faults(body) == [(("header", "X-Max-Credits"), "int_parsing")]


def test_refuses_more_unfinished_jobs_than_allowed(world: World) -> None:
    CreditAccount.objects.filter(client=world.owner.client).update(open_jobs_limit=1)
    job = dispatch(world)
    body = refused(lambda: world.api.post(SWAP, world.order()), 429, "TOO_MANY_JOBS_IN_FLIGHT")
    assert body["error"]["retryable"] is True
    worlds.fail(job)
    assert world.api.post(SWAP, world.order()).status_code == 202


def test_says_when_to_come_back_with_too_many_jobs(world: World) -> None:
    CreditAccount.objects.filter(client=world.owner.client).update(open_jobs_limit=0)
    assert int(world.api.post(SWAP, world.order())["Retry-After"]) > 0


def test_refuses_while_the_operation_is_switched_off(world: World) -> None:
    WorkflowSetting.objects.update_or_create(
        name="background-swap-with-image", defaults={"credits_cost": 5, "enabled": False}
    )
    refused(lambda: world.api.post(SWAP, world.order()), 503, "OPERATION_DISABLED")
    assert int(world.api.post(SWAP, world.order())["Retry-After"]) > 0


@pytest.mark.parametrize("livemode", [True, False])
def test_refuses_where_the_mode_has_no_studio(world: World, settings: Settings, livemode: bool) -> None:
    setattr(settings, "STUDIO_URL" if livemode else "STUDIO_TEST_URL", "")
    api = world.owner.api if livemode else world.owner.test_api
    order = world.order(**{SOURCE: worlds.upload(world.owner, livemode=livemode)})
    refused(lambda: api.post(SWAP, order), 503, "SERVICE_UNAVAILABLE")
    assert int(api.post(SWAP, order)["Retry-After"]) > 0
