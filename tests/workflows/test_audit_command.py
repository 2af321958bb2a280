"""`manage.py audit`: what it prints, and how it ends."""

import io
import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from tests.billing import breaches
from tests.billing.world import Book
from tests.databases import Database
from workflows import studios


@pytest.fixture
def kept(committed_db: Database) -> Book:
    return breaches.kept_book()


def run(*arguments: str) -> tuple[int, dict[str, Any], list[str]]:
    """Exit code, the report, and the lines for people."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("audit", *arguments, stdout=out, stderr=err, no_color=True)
    except SystemExit as end:
        code = int(end.code or 0)
    return code, json.loads(out.getvalue()), err.getvalue().splitlines()


@pytest.mark.parametrize("arguments", [(), ("--incremental",)])
def test_a_whole_book(kept: Book, arguments: tuple[str, ...]) -> None:
    code, report, lines = run(*arguments)
    assert (code, report["ok"], report["breaches"], lines) == (0, True, [], [])
    assert (report["accounts"], report["entries"], report["jobs"]) == (2, 5, 3)
    assert report["incremental"] is bool(arguments)


@pytest.mark.parametrize("arguments", [(), ("--incremental",)])
def test_a_breach_has_a_line_and_exit_code_1(kept: Book, arguments: tuple[str, ...]) -> None:
    with breaches.unguarded():
        kept.sql("UPDATE billing_creditaccount SET balance = balance + 1 WHERE id = %(account)s")
    code, report, lines = run(*arguments)
    assert (code, report["ok"]) == (1, False)
    balance = "balance 89, sum of entries 88; seq 5, entries 5"
    assert lines == [f"R1 account {kept.account.id}: {balance}"]
    assert report["breaches"] == [{"rule": "R1", "subject": f"account {kept.account.id}", "found": balance}]


@pytest.fixture
def unreachable(settings: Settings) -> Iterator[None]:
    settings.STUDIO_URL = settings.STUDIO_TEST_URL = "http://127.0.0.1:9"
    studios.of.cache_clear()
    yield
    studios.of.cache_clear()


def test_a_studio_that_cannot_be_asked_is_exit_code_2(kept: Book, unreachable: None) -> None:
    code, report, lines = run("--studio")
    assert (code, report["ok"], report["breaches"]) == (2, False, [])
    assert len(lines) == 1
    assert lines[0].startswith("R6 not checked: the Studio of live and test jobs: ")
    assert report["studio"]["not_checked"] == [lines[0].removeprefix("R6 not checked: ")]


def test_a_breach_counts_for_more_than_what_was_not_checked(kept: Book, unreachable: None) -> None:
    with breaches.unguarded():
        kept.sql("UPDATE billing_creditaccount SET in_flight = 0 WHERE id = %(account)s")
    code, _, lines = run("--studio", "--since", "2026-11-22T15:00Z")
    assert code == 1
    assert [line.split()[0] for line in lines] == ["R3", "R6"]


def test_another_that_is_at_work_is_exit_code_2(kept: Book, committed_db: Database) -> None:
    with psycopg.connect(committed_db.url) as other:
        other.execute("LOCK TABLE billing_auditprogress IN SHARE ROW EXCLUSIVE MODE")
        with pytest.raises(CommandError, match="Another incremental audit is at work") as refused:
            run("--incremental")
    assert refused.value.returncode == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--since", "2026-11-22"], "needs --studio"), (["--studio", "--since", "soon"], "is no time such as")],
)
def test_a_senseless_since_is_refused(committed_db: object, arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(*arguments)
