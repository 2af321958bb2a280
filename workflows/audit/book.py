"""The audit of the whole book, and of what is new in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from workflows.audit import marks, rules
from workflows.audit.rules import Breach, Scope

_LONGEST_STATEMENT = 3600.0


class AlreadyRunning(Exception):
    """Another incremental audit is at work on this book."""


@dataclass(frozen=True, slots=True)
class Report:
    """How many accounts, entries and jobs were looked at, and every breach that was found."""

    accounts: int
    entries: int
    jobs: int
    breaches: list[Breach] = field(default_factory=list)


def audit() -> Report:
    """Checks R1 to R5 of every account, entry and job in one snapshot; reads only."""
    with _snapshot("READ ONLY"):
        return _report(Scope())


def incremental() -> Report:
    """Checks R1 to R5 of what is new since the last one, and marks what it found whole.

    Not seen: an entry or job of before that somebody changes past the triggers. After a breach the marks
    stay, so the next one names it again. Raises AlreadyRunning.
    """
    with _snapshot("READ WRITE"):
        _lock()
        report = _report(marks.scope())
        if not report.breaches:
            marks.move()
        return report


@contextmanager
def _snapshot(access: str) -> Iterator[None]:
    with transaction.atomic(durable=True), _patience():
        with connection.cursor() as cursor:
            cursor.execute(f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, {access}")
            cursor.execute(f"SET LOCAL statement_timeout = '{_LONGEST_STATEMENT:.0f}s'")
        yield


@contextmanager
def _patience() -> Iterator[None]:
    """Both ends of the connection bound every wait for it; a large book takes longer than any request may."""
    opened = connection.connection
    before = opened.patience
    opened.patience = _LONGEST_STATEMENT
    try:
        yield
    finally:
        opened.patience = before


def _lock() -> None:
    """LOCK takes no snapshot: the one to come sees where the audit before has left the marks."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '1s'")
            cursor.execute("LOCK TABLE billing_auditprogress IN SHARE ROW EXCLUSIVE MODE")
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise AlreadyRunning from error
        raise


def _report(scope: Scope) -> Report:
    breaches = rules.breaches(scope)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM billing_creditaccount),"
            " (SELECT count(*) FROM billing_ledgerentry WHERE id >= %s),"
            " (SELECT count(*) FROM workflows_job WHERE id >= %s)",
            [scope.entry, scope.job],
        )
        accounts, entries, jobs = cursor.fetchone()
    return Report(accounts, entries, jobs, breaches)
