"""The incremental audit names what is wrong with what is new, and leaves the rest to the full one."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
import time_machine
from django.db import connection, transaction

from billing.models import AuditMark, AuditProgress
from clients import ulids
from tests.billing import breaches
from tests.billing.breaches import Deed
from tests.billing.world import Book, open_book
from tests.databases import Database
from workflows import audit

HOUR = timedelta(hours=1)


def break_in(book: Book, statement: str) -> None:
    with breaches.unguarded():
        book.sql(statement)


def rules(report: audit.Report) -> set[str]:
    return {breach.rule for breach in report.breaches}


def charged_job(book: Book) -> str:
    with transaction.atomic():
        return book.charged_job()


def refund(book: Book, job: str) -> None:
    with transaction.atomic():
        book.end(job, "FAILURE")
        book.refund(job)


@pytest.mark.parametrize("deed", breaches.ALL, ids=lambda deed: deed.name)
def test_what_is_new_is_judged_as_the_full_audit_does(committed_db: object, deed: Deed) -> None:
    open_book()
    assert audit.incremental().breaches == []
    book = breaches.kept_book()
    break_in(book, deed.statement)
    assert rules(audit.incremental()) == deed.rules


@pytest.mark.parametrize("deed", breaches.ALL, ids=lambda deed: deed.name)
def test_what_was_whole_and_is_changed_past_the_triggers_is_for_the_full_audit(
    committed_db: object, deed: Deed
) -> None:
    book = breaches.kept_book(HOUR)
    assert audit.incremental().breaches == []
    break_in(book, deed.statement)
    assert rules(audit.incremental()) == deed.afterwards
    assert rules(audit.audit()) == deed.rules


def test_only_what_is_new_is_looked_at(committed_db: object) -> None:
    book = breaches.kept_book(HOUR)
    first = audit.incremental()
    assert (first.accounts, first.entries, first.jobs) == (2, 5, 3)
    again = audit.incremental()
    # The job that waits is looked at each time, those that ended an hour ago are not.
    assert (again.entries, again.jobs) == (0, 1)
    refund(book, charged_job(book))
    assert audit.incremental().entries == 2


def test_a_breach_is_named_until_it_is_mended(committed_db: object) -> None:
    book = breaches.kept_book(HOUR)
    audit.incremental()
    charged_job(book)
    before = AuditProgress.objects.get()
    break_in(book, "UPDATE billing_ledgerentry SET description = 'x' WHERE seq = 6")
    for _ in range(2):
        assert rules(audit.incremental()) == {"R4"}
        assert AuditMark.objects.get(account=book.account).seq == 5
    assert AuditProgress.objects.get().entries_from == before.entries_from
    break_in(book, "UPDATE billing_ledgerentry SET description = '' WHERE seq = 6")
    assert audit.incremental().breaches == []
    assert AuditMark.objects.get(account=book.account).seq == 6


@contextmanager
def committing_late(book: Book) -> Iterator[None]:
    """A job with its charge, written before the block and committed after it."""
    written, may_commit = threading.Event(), threading.Event()

    def write() -> None:
        try:
            with transaction.atomic():
                book.charged_job()
                written.set()
                may_commit.wait(60)
        finally:
            connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    assert written.wait(60)
    yield
    may_commit.set()
    thread.join()


@pytest.fixture
def late(committed_db: object) -> Book:
    """A book whose newest entry was committed after an audit had seen a later one of another account."""
    book, other = open_book(), open_book()
    audit.incremental()
    with committing_late(book):
        charged_job(other)
        assert audit.incremental().entries == 1
    return book


def test_an_entry_that_commits_late_is_looked_at(late: Book) -> None:
    # The later entry of the other account is read once more.
    assert audit.incremental().entries == 2
    late.account.refresh_from_db()
    assert AuditMark.objects.get(account=late.account).seq == late.account.seq == 2


@pytest.mark.parametrize(
    ("change", "named"),
    [("description = 'x'", {"R4"}), ("amount = -4", {"R1", "R2", "R4", "R5"})],
)
def test_an_entry_that_commits_late_and_is_wrong_is_named(late: Book, change: str, named: set[str]) -> None:
    break_in(late, f"UPDATE billing_ledgerentry SET {change} WHERE account_id = %(account)s AND seq = 2")
    assert rules(audit.incremental()) == named


def test_a_job_that_waited_for_long_is_looked_at_when_it_ends(committed_db: object) -> None:
    book = open_book()
    with time_machine.travel(datetime.now(UTC) - HOUR):
        charged_job(book)
    audit.incremental()
    break_in(book, breaches.FAILURE_WITHOUT_REFUND)
    assert rules(audit.incremental()) == {"R2", "R3", "R5"}


def test_money_that_moves_for_an_old_job_brings_the_job_back(committed_db: object) -> None:
    book = breaches.kept_book(HOUR)
    audit.incremental()
    break_in(book, breaches.REFUND_OF_A_SUCCESS)
    found = {breach.subject for breach in audit.incremental().breaches if breach.rule == "R2"}
    job = book.sql("SELECT id FROM workflows_job WHERE status = 'SUCCESS'")[0][0]
    assert found == {f"job {ulids.from_uuid(job)}"}


def test_prices_that_changed_places_are_named(committed_db: object) -> None:
    book = open_book()
    audit.incremental()
    with transaction.atomic():
        one, other = book.charged_job(5), book.charged_job(7)
    break_in(book, "UPDATE billing_ledgerentry SET amount = -12 - amount WHERE kind = 'CHARGE'")
    named = {breach.subject for breach in audit.incremental().breaches if breach.rule == "R2"}
    assert named == {f"job {ulids.from_uuid(UUID(job))}" for job in (one, other)}


def test_an_entry_about_an_old_job_brings_no_breach(committed_db: object) -> None:
    book = breaches.kept_book(HOUR)
    audit.incremental()
    with breaches.unguarded():
        gift(book, about="SUCCESS")
    assert audit.incremental().breaches == []


def test_an_entry_about_an_old_job_of_another_is_named(committed_db: object) -> None:
    breaches.kept_book(HOUR)
    book = open_book()
    audit.incremental()
    with breaches.unguarded():
        gift(book, about="SUCCESS")
    found = {(breach.rule, breach.found) for breach in audit.incremental().breaches}
    assert found == {("R2", "GRANT of a job that its account does not have")}


def gift(book: Book, about: str) -> None:
    """One credit that names the job in this state; all is right with it but, maybe, whose job it is."""
    book.sql(
        "INSERT INTO billing_ledgerentry (account_id, seq, kind, amount, balance_after, hash, job_id, source,"
        " created_at) SELECT id, seq + 1, 'GRANT', 1, balance + 1,"
        " ledger_hash(head_hash, seq + 1, 'GRANT', 1, balance + 1, job, NULL, now(), ''), job, 'gift', now()"
        " FROM billing_creditaccount, LATERAL (SELECT id AS job FROM workflows_job WHERE status = %(about)s)"
        " AS named WHERE id = %(account)s",
        about=about,
    )
    book.sql(
        "UPDATE billing_creditaccount AS account"
        " SET seq = entry.seq, balance = entry.balance_after, head_hash = entry.hash"
        " FROM billing_ledgerentry AS entry"
        " WHERE account.id = %(account)s AND entry.account_id = account.id AND entry.source = 'gift'"
    )


def test_of_two_at_once_one_says_so(committed_db: Database) -> None:
    with psycopg.connect(committed_db.url) as other:
        other.execute("LOCK TABLE billing_auditprogress IN SHARE ROW EXCLUSIVE MODE")
        with pytest.raises(audit.AlreadyRunning):
            audit.incremental()
    assert audit.incremental().breaches == []


def test_an_audit_reads_only(committed_db: object) -> None:
    audit.audit()
    assert not AuditMark.objects.exists()
    assert not AuditProgress.objects.exists()
