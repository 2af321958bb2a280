"""The audit beside the scheduler looks again and again, says a breach as an error, and outlives trouble."""

import threading
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from structlog.testing import capture_logs

from billing.models import AuditProgress
from tests import databases, waiting
from tests.billing import breaches
from tests.billing.world import Book
from workflows.audit import watch

Lines = list[MutableMapping[str, Any]]


@pytest.fixture
def kept(committed_db: object) -> Book:
    return breaches.kept_book()


@contextmanager
def watching() -> Iterator[Lines]:
    """What the watchman says while the block runs."""
    stop = threading.Event()

    def run() -> None:
        try:
            watch.watch(stop, every=0.05)
        finally:
            connection.close()

    with capture_logs() as lines:
        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield lines
        finally:
            stop.set()
            thread.join()


def events(lines: Lines, name: str) -> Lines:
    return [line for line in lines if line["event"] == name]


def test_it_moves_the_marks_and_says_so(kept: Book) -> None:
    with watching() as lines:
        waiting.until(lambda: len(events(lines, "audited")) >= 2)
    assert AuditProgress.objects.get().entries_from == 6
    assert {line["breaches"] for line in events(lines, "audited")} == {0}


def test_a_breach_is_an_error_each_time(kept: Book) -> None:
    with breaches.unguarded():
        kept.sql("UPDATE billing_creditaccount SET balance = balance + 1 WHERE id = %(account)s")
    with watching() as lines:
        waiting.until(lambda: len(events(lines, "audit_breach")) >= 2)
    line = events(lines, "audit_breach")[0]
    assert (line["log_level"], line["rule"], line["subject"]) == ("error", "R1", f"account {kept.account.id}")
    assert "balance" in line["found"]


def test_it_outlives_a_database_that_refuses(kept: Book) -> None:
    with watching() as lines:
        waiting.until(lambda: events(lines, "audited"))
        with databases.as_owner():
            kept.sql("ALTER TABLE billing_auditprogress RENAME TO away")
            waiting.until(lambda: events(lines, "audit_without_database"))
            kept.sql("ALTER TABLE away RENAME TO billing_auditprogress")
        seen = len(events(lines, "audited"))
        waiting.until(lambda: len(events(lines, "audited")) > seen)
