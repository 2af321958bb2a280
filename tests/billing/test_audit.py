"""Each rule of the audit names a breach that was written past every guard of the database."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import connection, transaction

from tests import waiting
from tests.billing import breaches
from tests.billing.breaches import Deed
from tests.billing.world import Book, open_book
from tests.databases import Database
from workflows import audit


@pytest.fixture
def kept(committed_db: object) -> Book:
    return breaches.kept_book()


def named(book: Book, *statements: str) -> dict[str, set[str]]:
    """The subjects that each rule names after these statements."""
    with breaches.unguarded():
        for statement in statements:
            book.sql(statement)
    found: dict[str, set[str]] = {}
    for breach in audit.audit().breaches:
        assert breach.found
        found.setdefault(breach.rule, set()).add(breach.subject)
    return found


def test_a_kept_book_has_none(kept: Book) -> None:
    assert named(kept) == {}
    report = audit.audit()
    assert (report.jobs, report.entries) == (3, 5)


@pytest.mark.parametrize("deed", breaches.ALL, ids=lambda deed: deed.name)
def test_a_broken_book_is_named(kept: Book, deed: Deed) -> None:
    assert set(named(kept, deed.statement)) == deed.rules


def test_the_account_of_another_is_not_blamed(kept: Book) -> None:
    other = open_book()
    found = named(other, "UPDATE billing_creditaccount SET balance = 0 WHERE id = %(account)s")
    assert found == {"R1": {f"account {other.account.id}"}}


def test_an_empty_account_with_another_head_is_named(committed_db: object) -> None:
    book = open_book(credits=0)
    found = named(book, "UPDATE billing_creditaccount SET head_hash = sha256('x') WHERE id = %(account)s")
    assert found == {"R4": {f"account {book.account.id}"}}


def test_an_entry_about_a_strangers_job_is_named(kept: Book) -> None:
    stranger = open_book()
    with transaction.atomic():
        job = stranger.charged_job()
    about = f"SET job_id = '{job}' WHERE account_id = %(account)s AND kind = 'GRANT'"
    assert set(named(kept, f"UPDATE billing_ledgerentry {about}")) == {"R2", "R4"}


LYING = """
    CREATE OR REPLACE FUNCTION ledger_hash(
        previous bytea, seq bigint, kind text, amount bigint, balance_after bigint,
        job_id uuid, request_id uuid, created_at timestamptz, description text
    ) RETURNS bytea LANGUAGE sql STABLE AS $$
        SELECT hash FROM billing_ledgerentry AS entry
        WHERE entry.seq = ledger_hash.seq AND entry.balance_after = ledger_hash.balance_after $$
"""


def test_the_database_cannot_lie_about_its_hashes(kept: Book) -> None:
    statement = "UPDATE billing_ledgerentry SET description = 'x' WHERE account_id = %(account)s AND seq = 2"
    assert set(named(kept, LYING, statement)) == {"R4"}


def test_a_large_book_may_take_longer_than_any_request(kept: Book, committed_db: Database) -> None:
    with psycopg.connect(committed_db.url) as other, ThreadPoolExecutor(1) as pool:
        other.execute("LOCK TABLE workflows_job IN ACCESS EXCLUSIVE MODE")
        slow = pool.submit(_audit_with_little_patience)
        waiting.until(lambda: _is_waiting(other))
        # Longer than that session waits for any other question.
        other.execute("SELECT pg_sleep(0.5)")
        other.rollback()
        assert slow.result() == []


def _audit_with_little_patience() -> list[audit.Breach]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = '200ms'")
        connection.connection.patience = 0.2
        return audit.audit().breaches
    finally:
        connection.close()


def _is_waiting(other: psycopg.Connection) -> bool:
    here = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    return other.execute(f"SELECT FROM pg_locks WHERE NOT granted AND {here}").rowcount > 0
