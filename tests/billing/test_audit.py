"""Each rule of the audit names a breach that was written past every guard of the database."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from tests import databases
from tests.billing.world import Book, open_book
from workflows import audit


@pytest.fixture
def kept(committed_db: object) -> Book:
    """A book with a job that waits, one that succeeded and one that failed."""
    book = open_book()
    with transaction.atomic():
        book.charged_job()
        done, failed = book.charged_job(7), book.charged_job(11)
    with transaction.atomic():
        book.start(done)
        book.end(done, "SUCCESS")
        book.end(failed, "FAILURE")
        book.refund(failed, 11)
    return book


@contextmanager
def unguarded() -> Iterator[None]:
    """What the owner of the tables can do: no trigger, no gate, no foreign key."""
    with databases.as_owner(), connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = DEFAULT")


def named(book: Book, *statements: str) -> dict[str, set[str]]:
    """The subjects that each rule names after these statements."""
    with unguarded():
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


ENTRY = "billing_ledgerentry WHERE account_id = %(account)s AND"

REFUND_OF_A_SUCCESS = f"""
    INSERT INTO billing_ledgerentry (
        account_id, seq, kind, amount, balance_after, hash, job_id, request_id, charge_id, created_at)
    SELECT account_id, seq + 5, 'REFUND', -amount, balance_after, hash, job_id, request_id, id, now()
    FROM {ENTRY} kind = 'CHARGE' AND amount = -7
"""
FAILURE_WITHOUT_REFUND = """
    UPDATE workflows_job
    SET status = 'FAILURE', error_code = 'X', finished_at = now(), next_action_at = NULL
    WHERE status = 'NOT_STARTED'
"""


def _entry(where: str, change: str) -> str:
    return f"UPDATE billing_ledgerentry SET {change} WHERE account_id = %(account)s AND {where}"


@pytest.mark.parametrize(
    ("rules", "statement"),
    [
        # Credits from nowhere.
        ({"R1"}, "UPDATE billing_creditaccount SET balance = balance + 1 WHERE id = %(account)s"),
        ({"R1"}, "UPDATE billing_creditaccount SET seq = seq + 1 WHERE id = %(account)s"),
        ({"R4"}, "UPDATE billing_creditaccount SET head_hash = sha256('x') WHERE id = %(account)s"),
        # Entries are gone.
        ({"R1", "R2", "R4", "R5"}, f"DELETE FROM {ENTRY} kind = 'REFUND'"),
        ({"R1", "R4"}, f"DELETE FROM {ENTRY} seq = 1"),
        # Money back, and the picture kept.
        ({"R1", "R2", "R4", "R5"}, REFUND_OF_A_SUCCESS),
        # History told otherwise.
        ({"R1", "R4"}, _entry("kind = 'GRANT'", "amount = 99")),
        ({"R4"}, _entry("seq = 1", "description = 'x'")),
        ({"R4"}, _entry("seq = 1", "created_at = now()")),
        ({"R4"}, _entry("seq = 2", "hash = sha256('x')")),
        ({"R4"}, _entry("seq = 5", "seq = 6")),
        # Jobs that don't match their money.
        ({"R2", "R5"}, "UPDATE workflows_job SET credits_cost = 8 WHERE status = 'SUCCESS'"),
        ({"R2", "R3", "R5"}, "UPDATE workflows_job SET credits_cost = 8 WHERE status = 'NOT_STARTED'"),
        ({"R2", "R3", "R5"}, FAILURE_WITHOUT_REFUND),
        ({"R2", "R5"}, "DELETE FROM workflows_job WHERE status = 'SUCCESS'"),
        ({"R2"}, "DELETE FROM workflows_job WHERE status = 'FAILURE'"),
        ({"R3"}, "UPDATE billing_creditaccount SET in_flight = 4 WHERE id = %(account)s"),
        ({"R3"}, "UPDATE billing_creditaccount SET open_jobs = 0 WHERE id = %(account)s"),
    ],
)
def test_a_broken_book_is_named(kept: Book, rules: set[str], statement: str) -> None:
    assert set(named(kept, statement)) == rules


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
