"""What the database takes: the moves that `test_attacks.py` does not refuse."""

from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from billing import ledger
from clients import ulids
from config import roles
from tests import databases
from tests.billing.world import Book

pytestmark = pytest.mark.django_db

TWO_GRANTS = """
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


def test_a_job_with_its_charge(book: Book) -> None:
    book.charged_job()
    book.commit()
    assert book.figures() == (95, 2, 1, 5)


def test_a_failed_job_with_its_refund(book: Book) -> None:
    job = book.charged_job()
    book.end(job, "FAILURE")
    book.refund(job)
    book.commit()
    assert book.figures() == (100, 3, 0, 0)


def test_a_success_keeps_its_charge(book: Book) -> None:
    job = book.charged_job()
    book.start(job)
    book.end(job, "SUCCESS")
    book.commit()
    assert book.figures() == (95, 2, 0, 0)


def test_several_jobs_ended_in_one_statement(book: Book) -> None:
    jobs = [book.charged_job() for _ in range(3)]
    book.sql(
        "UPDATE workflows_job SET status = 'FAILURE', error_code = 'X', finished_at = now(),"
        " next_action_at = NULL WHERE id = ANY(%(jobs)s::uuid[])",
        jobs=jobs,
    )
    for job in jobs:
        book.refund(job)
    book.commit()
    assert book.figures() == (100, 7, 0, 0)


def test_several_entries_in_one_statement(book: Book) -> None:
    with databases.in_role(roles.BILLING):
        book.sql(TWO_GRANTS)
    assert book.figures()[:2] == (102, 3)


def test_an_adjustment_by_two_people_for_a_job_of_the_account(
    book: Book, django_user_model: type[User]
) -> None:
    one, two = (django_user_model.objects.create_user(name) for name in ("one", "two"))
    job_id = ulids.from_uuid(UUID(book.charged_job()))
    ledger.adjust(book.account, -5, reason="why", by=one, approved_by=two, job_id=job_id)
    book.commit()
    assert book.figures()[:2] == (90, 3)


def test_every_verb_in_its_own_role(book: Book) -> None:
    """A grant steps into the billing role and out of it again; what follows works as before."""
    before = book.sql("SELECT current_user::text")
    ledger.grant(book.account, 5, source="invoice 7")
    assert book.sql("SELECT current_user::text") == before
    book.charged_job()
    book.commit()
    assert book.figures() == (100, 3, 1, 5)


def test_a_grant_that_is_refused_leaves_the_role_as_it_was(book: Book) -> None:
    before = book.sql("SELECT current_user::text")
    ledger.grant(book.account, 5, source="invoice 7")
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.grant(book.account, 5, source="invoice 7")
    assert book.sql("SELECT current_user::text") == before
