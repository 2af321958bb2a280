"""POST /v1/background-swap-with-image?dry_run=true: all checks, a price, and nothing else."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from billing.models import CreditAccount, LedgerEntry
from tests import world as worlds
from tests.world import BACKGROUND, PRESET, SOURCE, SWAP, World, dispatch, faults, refused
from workflows.models import IdempotencyKey, Job, JobEvent, PriceChange, RequestLog, WorkflowSetting

DRY = f"{SWAP}?dry_run=true"


def nothing_made(world: World) -> bool:
    """No trace of a job, and the balance as it was."""
    rows = [model.objects.exists() for model in (Job, JobEvent, IdempotencyKey)]
    charged = LedgerEntry.objects.filter(kind=LedgerEntry.Kind.CHARGE).exists()
    return not any(rows) and not charged and world.owner.account().balance == 100


def test_tells_the_price_and_what_would_be_left(world: World) -> None:
    answer = world.api.post(DRY, world.order(), Idempotency_Key="order-1")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["credits_cost"], body["balance_after"]) == (5, 95)
    assert set(body) == {"credits_cost", "balance_after", "price_holds_until"}
    assert nothing_made(world)
    assert RequestLog.objects.get(id=answer["X-Request-Id"]).status == 200


def test_the_real_request_costs_just_that(world: World) -> None:
    quote = world.api.post(DRY, world.order(), Idempotency_Key="order-1").json()
    accepted = world.api.post(f"{SWAP}?dry_run=false", world.order(), Idempotency_Key="order-1")
    assert (accepted.status_code, accepted.json()["credits_cost"]) == (202, quote["credits_cost"])
    assert world.owner.account().balance == quote["balance_after"]


def test_to_repeat_what_was_accepted_costs_nothing(world: World) -> None:
    world.api.post(SWAP, world.order(), Idempotency_Key="order-1")
    quote = world.api.post(DRY, world.order(), Idempotency_Key="order-1").json()
    assert (quote["credits_cost"], quote["balance_after"]) == (0, 95)
    other = world.order(pilot_brand="other")
    answer = world.api.post(DRY, other, Idempotency_Key="order-1")
    assert answer.json()["error"]["code"] == "IDEMPOTENCY_KEY_REUSED"


def test_names_every_fault_that_the_real_request_would_have(world: World) -> None:
    wrong = world.order(**{BACKGROUND: "01JD9Z6Q2V8M3R5T7W9Y1A3C5E", PRESET: 7, SOURCE: "uploads/none"})
    dry, real = (world.api.post(path, wrong, X_Max_Credits="few") for path in (DRY, SWAP))
    assert (dry.status_code, faults(dry.json())) == (real.status_code, faults(real.json()))
    assert len(faults(dry.json())) == 4


def test_is_refused_for_want_of_credits_room_and_consent(world: World) -> None:
    refused(lambda: world.api.post(DRY, world.order(), X_Max_Credits="4"), 402, "PRICE_ABOVE_LIMIT")
    poor = worlds.new_owner(credits=4)
    order = world.order(**{SOURCE: worlds.upload(poor)})
    refused(lambda: poor.api.post(DRY, order), 402, "INSUFFICIENT_BALANCE")
    CreditAccount.objects.filter(client=world.owner.client).update(open_jobs_limit=1)
    dispatch(world)
    refused(lambda: world.api.post(DRY, world.order()), 429, "TOO_MANY_JOBS_IN_FLIGHT")


@pytest.mark.parametrize("query", ["dryrun=true", "dry_run=1", "dry_run=", "dry_run=true&dry_run=true"])
def test_a_slip_in_the_parameter_is_no_order(world: World, query: str) -> None:
    body = refused(lambda: world.api.post(f"{SWAP}?{query}", world.order()), 422, "VALIDATION_ERROR")
    assert faults(body)[0][0] == ("query", query.partition("=")[0])
    assert nothing_made(world)


def test_slips_of_query_and_body_are_told_at_once(world: World) -> None:
    answer = world.api.post(f"{SWAP}?dryrun=true", world.order(output_preset=7))
    assert {loc for loc, _ in faults(answer.json())} == {("query", "dryrun"), ("body", "output_preset")}


def test_the_price_holds_as_long_as_is_promised(world: World) -> None:
    before = timezone.now()
    holds = datetime.fromisoformat(world.api.post(DRY, world.order()).json()["price_holds_until"])
    assert PriceChange.PROMISE - timedelta(seconds=1) < holds - before < PriceChange.NOTICE


def test_the_price_holds_until_the_next_change_and_not_beyond(world: World) -> None:
    setting, _ = WorkflowSetting.objects.get_or_create(
        name="background-swap-with-image", defaults={"credits_cost": 5}
    )
    announced = timezone.now() - timedelta(minutes=10)
    PriceChange.objects.create(
        workflow=setting,
        credits_cost=7,
        created_at=announced,
        effective_from=announced + timedelta(minutes=12),
    )
    quote = world.api.post(DRY, world.order()).json()
    assert quote["credits_cost"] == 5
    assert datetime.fromisoformat(quote["price_holds_until"]) == announced + timedelta(minutes=12)
