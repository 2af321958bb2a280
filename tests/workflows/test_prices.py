"""Price changes: announced ahead, one after the other, never of what was accepted before."""

from datetime import timedelta

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from billing import ledger
from tests.databases import Database
from tests.world import World, dispatch
from workflows import definitions, terms
from workflows.models import Job, PriceChange, WorkflowSetting

NAME = "background-swap-with-image"


@pytest.fixture
def setting(world: World) -> WorkflowSetting:
    terms.create_missing()
    return WorkflowSetting.objects.get(name=NAME)


def change(setting: WorkflowSetting, cost: int, *, ago: timedelta) -> PriceChange:
    """A change that has been in force for a while, or comes into force if that is negative."""
    begins = timezone.now() - ago
    return PriceChange.objects.create(
        workflow=setting,
        credits_cost=cost,
        effective_from=begins,
        created_at=begins - PriceChange.NOTICE,
    )


def price() -> int:
    return terms.terms(definitions.ALL[NAME]).credits_cost


def test_the_newest_change_that_has_begun_is_the_price(setting: WorkflowSetting) -> None:
    assert price() == 5
    for cost, ago in ((7, 3), (9, 1), (8, 2), (20, -1)):
        change(setting, cost, ago=timedelta(minutes=ago))
    assert price() == 9


def test_accepted_jobs_keep_their_price(world: World, setting: WorkflowSetting) -> None:
    before = dispatch(world)
    change(setting, 8, ago=timedelta(minutes=1))
    assert [dispatch(world).credits_cost, Job.objects.get(id=before.id).credits_cost] == [8, 5]
    assert world.owner.account().balance == 100 - 5 - 8


def test_a_change_that_was_not_announced_is_refused(setting: WorkflowSetting) -> None:
    soon = timezone.now() + PriceChange.NOTICE - timedelta(seconds=5)
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        PriceChange.objects.create(workflow=setting, credits_cost=1, effective_from=soon)
    assert ledger.constraint_of(refusal.value) == "price_change_is_announced"


@pytest.fixture
def alone(committed_db: Database) -> WorkflowSetting:
    terms.create_missing()
    return WorkflowSetting.objects.get(name=NAME)


def test_a_change_that_is_being_written_breaks_no_promise(
    alone: WorkflowSetting, committed_db: Database
) -> None:
    with psycopg.connect(committed_db.url) as staff:
        row = staff.execute(
            "INSERT INTO workflows_pricechange (workflow_id, credits_cost, effective_from, created_at)"
            " VALUES (%s, 50, now() + %s, now()) RETURNING effective_from",
            [alone.name, PriceChange.NOTICE],
        ).fetchone()
        promised = terms.terms(definitions.ALL[NAME]).price_holds_until
        staff.commit()
    assert row is not None
    assert promised <= row[0]


def test_what_was_announced_stands(setting: WorkflowSetting) -> None:
    made = change(setting, 8, ago=timedelta(minutes=-1))
    for attack in (made.delete, lambda: PriceChange.objects.update(credits_cost=1)):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            attack()
