"""The back office's pages of credits: they show the book and add grants to it, nothing else."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client as HttpClient

from billing.admin import LARGEST_GRANT
from billing.models import LedgerEntry
from tests import back_office
from tests.back_office import Desk
from tests.world import World, dispatch, fail


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk(back_office.staff())


def grant(desk: Desk, world: World, **changes: Any) -> Any:
    form = {"credits": 40, "source": "INV-1", "description": "Paid by transfer.", **changes}
    return desk.submit(f"billing/creditaccount/{world.owner.account().id}/grant/", **form)


def newest() -> LedgerEntry:
    return LedgerEntry.objects.latest("id")


@pytest.mark.parametrize(
    "path",
    [
        "billing/creditaccount/",
        "billing/creditaccount/?q=evil",
        "billing/creditaccount/{account}/change/",
        "billing/creditaccount/{account}/grant/",
        "billing/ledgerentry/",
        "billing/ledgerentry/?q=evil",
        "billing/ledgerentry/?kind__exact=REFUND&account__livemode__exact=1",
        "billing/ledgerentry/?account__id__exact={account}",
        "billing/ledgerentry/{entry}/change/",
    ],
)
def test_each_page_shows_hostile_names_as_text(desk: Desk, world: World, path: str) -> None:
    back_office.made_hostile(world)
    grant(desk, world, source=back_office.HOSTILE, description=back_office.HOSTILE)
    desk.page(path.format(account=world.owner.account().id, entry=newest().id))


def test_a_grant_is_one_entry_by_the_one_who_made_it(desk: Desk, world: World) -> None:
    before = LedgerEntry.objects.count()
    answer = grant(desk, world)
    assert answer.status_code == 302
    assert world.owner.account().balance == 140
    assert LedgerEntry.objects.count() == before + 1
    entry = newest()
    assert (entry.kind, entry.amount, entry.source, entry.description, str(entry.created_by)) == (
        "GRANT",
        40,
        "INV-1",
        "Paid by transfer.",
        "ada",
    )
    assert "Granted 40 credits for INV-1." in LogEntry.objects.get().change_message
    assert "The balance is 140." in desk.page(f"billing/creditaccount/{world.owner.account().id}/change/")


def test_a_source_is_granted_once(desk: Desk, world: World) -> None:
    grant(desk, world)
    again = back_office.shown(grant(desk, world, credits=7))
    assert "Credits were granted to this account for this source before." in again
    assert world.owner.account().balance == 140
    assert LogEntry.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"credits": 0},
        {"credits": -5},
        {"credits": LARGEST_GRANT + 1},
        {"credits": "4.5"},
        {"credits": ""},
        {"source": " "},
        {"source": "x" * 121},
        {"source": "a\x00b"},
        {"description": ""},
    ],
)
def test_a_wrong_form_grants_nothing(desk: Desk, world: World, wrong: dict[str, Any]) -> None:
    back_office.shown(grant(desk, world, **wrong))
    assert world.owner.account().balance == 100


def test_granting_needs_its_permission(world: World) -> None:
    looker = Desk(back_office.staff("reader", "billing.view_creditaccount", "billing.view_ledgerentry"))
    page = looker.page(f"billing/creditaccount/{world.owner.account().id}/change/")
    assert "Grant credits" not in page
    assert grant(looker, world).status_code == 403
    assert world.owner.account().balance == 100


def test_who_has_not_logged_in_grants_nothing(world: World) -> None:
    path = f"/admin/billing/creditaccount/{world.owner.account().id}/grant/"
    answer = HttpClient().post(path, {"credits": 1, "source": "x", "description": "x"})
    assert (answer.status_code, answer["Location"]) == (302, f"/admin/login/?next={path}")
    assert world.owner.account().balance == 100


@pytest.mark.parametrize(
    "path",
    [
        "billing/creditaccount/add/",
        "billing/creditaccount/{account}/change/",
        "billing/creditaccount/{account}/delete/",
        "billing/ledgerentry/add/",
        "billing/ledgerentry/{entry}/change/",
        "billing/ledgerentry/{entry}/delete/",
    ],
)
def test_the_book_is_read_only(desk: Desk, world: World, path: str) -> None:
    assert desk.refuses(path.format(account=world.owner.account().id, entry=newest().id))


def test_entries_are_found_by_job_client_and_source(desk: Desk, world: World) -> None:
    grant(desk, world)
    job = dispatch(world)
    fail(job)
    assert desk.page(f"billing/ledgerentry/?q={job.id.lower()}").count(">Refund<") == 1
    assert "INV-1" in desk.page("billing/ledgerentry/?q=inv-1")
    assert "INV-1" in desk.page(f"billing/ledgerentry/?q={world.owner.client.name}")
    assert "INV-1" not in desk.page("billing/ledgerentry/?q=somebody+else")


def test_an_account_shows_its_latest_entries(desk: Desk, world: World) -> None:
    fail(dispatch(world))
    page = desk.page(f"billing/creditaccount/{world.owner.account().id}/change/")
    for text in ("NO_SUBJECT", "+5", "−5", "onboarding"):
        assert text in page
