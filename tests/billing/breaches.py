"""What a thief with the owner's rights could write into a book, and the rules that name it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import time_machine
from django.db import connection, transaction

from tests import databases
from tests.billing import world
from tests.billing.world import Book


def kept_book(age: timedelta = timedelta(0)) -> Book:
    """A book with a job of that age that succeeded, one that failed, and one that waits since now."""
    book = world.open_book()
    with transaction.atomic(), time_machine.travel(datetime.now(UTC) - age):
        done, failed = book.charged_job(7), book.charged_job(11)
    with transaction.atomic():
        book.start(done)
        book.end(done, "SUCCESS")
        book.end(failed, "FAILURE")
        book.refund(failed, 11)
        book.charged_job()
    return book


@contextmanager
def unguarded() -> Iterator[None]:
    """What the owner of the tables can do: no trigger, no gate, no foreign key."""
    with databases.as_owner(), connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = DEFAULT")


@dataclass(frozen=True)
class Deed:
    """`rules` are those that name it; `afterwards`, those of an audit that had looked at all this before."""

    name: str
    rules: set[str]
    statement: str
    afterwards: frozenset[str] = frozenset()


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


def _account(change: str) -> str:
    return f"UPDATE billing_creditaccount SET {change} WHERE id = %(account)s"


def _entry(where: str, change: str) -> str:
    return f"UPDATE billing_ledgerentry SET {change} WHERE account_id = %(account)s AND {where}"


def _job(status: str, change: str) -> str:
    return f"UPDATE workflows_job SET {change} WHERE status = '{status}'"


ALL = [
    # Credits from nowhere.
    Deed("balance", {"R1"}, _account("balance = balance + 1"), frozenset({"R1"})),
    Deed("seq", {"R1"}, _account("seq = seq + 1"), frozenset({"R1"})),
    Deed("head", {"R4"}, _account("head_hash = sha256('x')"), frozenset({"R4"})),
    # Entries are gone.
    Deed("no-refund", {"R1", "R2", "R4", "R5"}, f"DELETE FROM {ENTRY} kind = 'REFUND'"),
    Deed("no-grant", {"R1", "R4"}, f"DELETE FROM {ENTRY} seq = 1"),
    # Money back, and the picture kept.
    Deed(
        "refund-of-success",
        {"R1", "R2", "R4", "R5"},
        REFUND_OF_A_SUCCESS,
        frozenset({"R1", "R2", "R4", "R5"}),
    ),
    # History told otherwise.
    Deed("amount", {"R1", "R4"}, _entry("kind = 'GRANT'", "amount = 99")),
    Deed("description", {"R4"}, _entry("seq = 1", "description = 'x'")),
    Deed("time", {"R4"}, _entry("seq = 1", "created_at = now()")),
    Deed("hash", {"R4"}, _entry("seq = 2", "hash = sha256('x')")),
    Deed("gap", {"R4"}, _entry("seq = 5", "seq = 6")),
    # Jobs that don't match their money.
    Deed("price-of-success", {"R2", "R5"}, _job("SUCCESS", "credits_cost = 8")),
    Deed(
        "price-of-live",
        {"R2", "R3", "R5"},
        _job("NOT_STARTED", "credits_cost = 8"),
        frozenset({"R2", "R3", "R5"}),
    ),
    Deed("failure-without-refund", {"R2", "R3", "R5"}, FAILURE_WITHOUT_REFUND, frozenset({"R2", "R3", "R5"})),
    Deed("no-success", {"R2", "R5"}, "DELETE FROM workflows_job WHERE status = 'SUCCESS'"),
    Deed("no-failure", {"R2"}, "DELETE FROM workflows_job WHERE status = 'FAILURE'"),
    Deed("in-flight", {"R3"}, _account("in_flight = 4"), frozenset({"R3"})),
    Deed("open-jobs", {"R3"}, _account("open_jobs = 0"), frozenset({"R3"})),
]
