"""The book can't be poked, rewritten or broken by plain SQL."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from billing import ledger
from tests import databases
from tests.billing.world import Book, refused_by

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _by_the_owner(db: None) -> Iterator[None]:
    with databases.as_owner():
        yield


def test_a_balance_never_goes_below_zero(book: Book) -> None:
    job = book.job(cost=101)
    with pytest.raises(IntegrityError, match="balance_not_negative"):
        book.post("CHARGE", -101, job)


@pytest.mark.parametrize(
    "poke",
    ["balance = balance + 1", "seq = seq + 1", "head_hash = sha256('x')", "open_jobs = 1", "in_flight = 5"],
)
def test_the_figures_of_an_account_cannot_be_poked(book: Book, poke: str) -> None:
    with refused_by("credit_account_moves_with_entries"):
        book.sql(f"UPDATE billing_creditaccount SET {poke} WHERE id = %(account)s")


def test_an_account_is_born_empty(book: Book) -> None:
    with refused_by("credit_account_born_empty"):
        book.sql(
            "INSERT INTO billing_creditaccount (id, client_id, livemode, balance, head_hash, open_jobs_limit)"
            " SELECT gen_random_uuid(), client_id, livemode, 1000, '', 1 FROM billing_creditaccount"
            " WHERE id = %(account)s"
        )


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE billing_ledgerentry SET amount = 1000", "ledger_entry_is_final"),
        ("DELETE FROM billing_ledgerentry", "ledger_entry_is_final"),
        ("TRUNCATE billing_ledgerentry CASCADE", "ledger_is_never_emptied"),
        ("DELETE FROM billing_creditaccount", "credit_account_stays"),
        ("TRUNCATE billing_creditaccount CASCADE", "credit_accounts_are_never_emptied"),
        ("DELETE FROM workflows_job", "job_is_never_deleted"),
        ("TRUNCATE workflows_job CASCADE", "jobs_are_never_emptied"),
        ("UPDATE workflows_jobevent SET message = 'x'", "job_event_is_final"),
    ],
)
def test_history_cannot_be_rewritten(book: Book, statement: str, constraint: str) -> None:
    job = book.charged_job()
    book.sql(
        "INSERT INTO workflows_jobevent (job_id, seq, event_type, extra) VALUES (%(job)s, 1, 'queued', '{}')",
        job=job,
    )
    book.commit()
    with pytest.raises(IntegrityError) as refusal:
        book.sql(statement)
    assert ledger.constraint_of(refusal.value) in {constraint, "ledger_is_never_emptied"}


def test_an_entry_that_breaks_the_chain_is_refused(book: Book) -> None:
    with refused_by("ledger_entry_continues_chain"):
        book.sql(
            "INSERT INTO billing_ledgerentry"
            " (account_id, seq, kind, amount, balance_after, hash, source, created_at)"
            " VALUES (%(account)s, 2, 'GRANT', 50, 150, sha256('guess'), 'mine', now())"
        )


@pytest.mark.parametrize(("seq", "balance"), [(3, 150), (2, 151)])
def test_an_entry_with_a_gap_or_another_balance_is_refused(book: Book, seq: int, balance: int) -> None:
    with refused_by("ledger_entry_continues_chain"):
        book.sql(
            "INSERT INTO billing_ledgerentry"
            " (account_id, seq, kind, amount, balance_after, hash, source, created_at)"
            " SELECT id, %(seq)s, 'GRANT', 50, %(balance)s,"
            " ledger_hash(head_hash, %(seq)s, 'GRANT', 50, %(balance)s, NULL, NULL, now(), ''), 'mine', now()"
            " FROM billing_creditaccount WHERE id = %(account)s",
            seq=seq,
            balance=balance,
        )


CHAINED = """
    INSERT INTO billing_ledgerentry (account_id, seq, kind, amount, balance_after, hash, source, created_at)
    SELECT id, seq + step, 'GRANT', 1, balance + step, CASE step WHEN 1 THEN first ELSE second END,
           step::text, at
    FROM billing_creditaccount, generate_series(1, 2) AS step,
        LATERAL (SELECT now() AS at) AS clock,
        LATERAL (SELECT ledger_hash(
            head_hash, seq + 1, 'GRANT', 1, balance + 1, NULL, NULL, at, '') AS first) AS one,
        LATERAL (SELECT ledger_hash(
            first, seq + 2, 'GRANT', 1, balance + 2, NULL, NULL, at, '') AS second) AS two
    WHERE id = %(account)s
"""


def test_several_entries_in_one_statement_continue_the_chain(book: Book) -> None:
    book.sql(CHAINED)
    assert book.figures()[:2] == (102, 3)


@pytest.mark.parametrize(("kind", "amount"), [("GRANT", -1), ("GRANT", 0), ("CHARGE", 5), ("REFUND", -5)])
def test_the_sign_fits_the_kind(book: Book, kind: str, amount: int) -> None:
    with pytest.raises(IntegrityError):
        book.post(kind, amount, None if kind == "GRANT" else book.job())


def test_a_grant_names_its_source_and_a_source_grants_once(book: Book) -> None:
    with refused_by("ledger_entry_grant_has_source"), transaction.atomic():
        book.post("GRANT", 5)
    ledger.grant(book.account, 5, source="invoice 7")
    with refused_by("ledger_entry_grant_source_once"):
        ledger.grant(book.account, 5, source="invoice 7")


def test_an_adjustment_needs_a_reason_and_two_people(book: Book, django_user_model: type[User]) -> None:
    one, two = (django_user_model.objects.create_user(name) for name in ("one", "two"))
    for reason, by, approved_by in (
        ("", one, two),
        ("why", one, one),
        ("why", one, None),
        ("why", None, two),
    ):
        with refused_by("ledger_entry_adjustment_has_reason_and_two_people"), transaction.atomic():
            ledger.adjust(book.account, -5, reason=reason, by=by, approved_by=approved_by)
    assert ledger.adjust(book.account, -5, reason="why", by=one, approved_by=two).balance_after == 95
