"""Seconds that an audit takes for a million ledger entries: the incremental one and the full one, each beside
a plain scan that hashes the same rows.

Half of the entries are marked before the measuring; the incremental audit has the other half to check.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import psycopg

from benchmarks import throwaway
from benchmarks.book import Book
from benchmarks.frame import Failed, Order, Result

if TYPE_CHECKING:
    from workflows.audit import Report

SIZE = 200_000
COUNTS = "new entries, with as many before them"
PASSES = 5
ENTRIES_OF_AN_ACCOUNT = 1000

_SCAN = "SELECT sum(hashtext(entry::text)::bigint) FROM billing_ledgerentry AS entry WHERE id > %s"
_KEEP = (
    "CREATE UNLOGGED TABLE kept_marks AS TABLE billing_auditmark",
    "CREATE UNLOGGED TABLE kept_progress AS TABLE billing_auditprogress",
)
_PUT_BACK = (
    "DELETE FROM billing_auditmark",
    "INSERT INTO billing_auditmark TABLE kept_marks",
    "DELETE FROM billing_auditprogress",
    "INSERT INTO billing_auditprogress TABLE kept_progress",
)


def run(order: Order) -> Result:
    order.say("starting PostgreSQL")
    with throwaway.migrated_database() as url, psycopg.connect(url, autocommit=True) as owner:
        accounts = max(1, order.size // ENTRIES_OF_AN_ACCOUNT)
        _fill(owner, accounts, order)
        seconds: dict[str, list[float]] = {}
        for number in range(order.passes):
            order.say(f"pass {number + 1} of {order.passes}")
            for name, value in _pass(owner, order.size).items():
                seconds.setdefault(name, []).append(value)
        return _result(owner, order, accounts, seconds)


def _fill(owner: psycopg.Connection, accounts: int, order: Order) -> None:
    from workflows import audit

    book, now = Book(accounts), datetime.now(UTC)
    order.say(f"writing {order.size:,} entries of yesterday")
    book.write(owner, order.size, now - timedelta(hours=30), now - timedelta(hours=20))
    order.say("auditing them")
    _whole(audit.incremental, order.size)
    for statement in _KEEP:
        owner.execute(statement)
    order.say(f"writing {order.size:,} new entries")
    book.write(owner, order.size, now - timedelta(hours=1), now)


def _pass(owner: psycopg.Connection, size: int) -> dict[str, float]:
    from workflows import audit

    for statement in _PUT_BACK:
        owner.execute(statement)
    return {
        "scan of the new": _timed(lambda: owner.execute(_SCAN, [size]).fetchone()),
        "incremental": _timed(lambda: _whole(audit.incremental, size)),
        "scan of all": _timed(lambda: owner.execute(_SCAN, [0]).fetchone()),
        "full": _timed(lambda: _whole(audit.audit, 2 * size)),
    }


def _timed(measured: Callable[[], object]) -> float:
    began = time.perf_counter()
    measured()
    return time.perf_counter() - began


def _whole(audit: "Callable[[], Report]", entries: int) -> None:
    """A figure of an audit that looked at less, or that found something, would be of no use."""
    report = audit()
    if report.breaches or report.entries != entries:
        raise Failed(f"The audit looked at {report.entries} of {entries} entries: {report.breaches[:3]}")


def _result(
    owner: psycopg.Connection, order: Order, accounts: int, seconds: dict[str, list[float]]
) -> Result:
    row = owner.execute("SHOW server_version").fetchone()
    book = f"{order.size:,} new entries of {2 * order.size:,} in {accounts:,} accounts"
    result = Result(f"PostgreSQL {row[0] if row else ''} alone, fsync on; {book}; {order.passes} passes")
    for name, values in seconds.items():
        looked_at = order.size if name in {"scan of the new", "incremental"} else 2 * order.size
        result.measured(name, "s per million entries", [value * 1e6 / looked_at for value in values])
    result.compare("incremental / scan of the same rows", "incremental", "scan of the new")
    result.compare("full / scan of the same rows", "full", "scan of all")
    return result
