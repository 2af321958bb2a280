"""The money gate: a job's state and its entries are one fact, or nothing is committed."""

from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError

from billing import ledger
from clients import ulids
from tests import databases
from tests.billing.world import Book, open_book, refused_by

pytestmark = pytest.mark.django_db


def test_a_charged_job_can_be_committed(book: Book) -> None:
    book.charged_job()
    book.commit()
    assert book.figures() == (95, 2, 1, 5)


def test_a_job_without_its_charge_cannot(book: Book) -> None:
    book.job()
    with refused_by("money_gate"):
        book.commit()


def test_a_failed_job_with_its_refund_can_be_committed(book: Book) -> None:
    job = book.charged_job()
    book.end(job, "FAILURE")
    book.refund(job)
    book.commit()
    assert book.figures() == (100, 3, 0, 0)


def test_a_failed_job_without_its_refund_cannot(book: Book) -> None:
    job = book.charged_job()
    book.end(job, "FAILURE")
    with refused_by("money_gate"):
        book.commit()


def test_a_live_job_cannot_be_refunded(book: Book) -> None:
    job = book.charged_job()
    book.refund(job)
    with refused_by("money_gate"):
        book.commit()


def test_a_succeeded_job_cannot_be_refunded(book: Book) -> None:
    job = book.charged_job()
    book.start(job)
    book.end(job, "SUCCESS")
    book.commit()
    book.sql("SET CONSTRAINTS ALL DEFERRED")
    book.refund(job)
    with refused_by("money_gate"):
        book.commit()


def test_a_job_cannot_be_refunded_twice(book: Book) -> None:
    job = book.charged_job()
    book.end(job, "FAILURE")
    book.refund(job)
    with refused_by("ledger_entry_one_charge_one_refund"):
        book.refund(job)


def test_a_job_cannot_be_charged_twice(book: Book) -> None:
    job = book.charged_job()
    with refused_by("ledger_entry_one_charge_one_refund"):
        book.post("CHARGE", -5, job)


def test_without_the_unique_index_the_gate_still_counts(book: Book) -> None:
    with databases.as_owner():
        book.sql("DROP INDEX ledger_entry_one_charge_one_refund")
    job = book.charged_job()
    book.post("CHARGE", -5, job)
    with refused_by("money_gate"):
        book.commit()


def test_a_refund_has_the_amount_of_its_charge(book: Book) -> None:
    job = book.charged_job()
    book.end(job, "FAILURE")
    with refused_by("ledger_entry_refund_equals_charge"):
        book.refund(job, amount=6)


def test_a_refund_goes_to_the_account_that_was_charged(book: Book) -> None:
    job = book.charged_job()
    book.end(job, "FAILURE")
    other = open_book()
    with refused_by("ledger_entry_refund_equals_charge"):
        other.post("REFUND", 5, job, book.charge_of(job))


def test_a_charge_is_the_price_of_its_job(book: Book) -> None:
    job = book.job(cost=5)
    book.post("CHARGE", -4, job)
    with refused_by("ledger_entry_is_its_jobs_price"):
        book.commit()


def test_a_charge_without_a_job_is_refused(book: Book) -> None:
    book.post("CHARGE", -5, str(ulids.to_uuid(ulids.new())))
    with pytest.raises(IntegrityError):
        book.commit()


def test_an_adjustment_is_about_a_job_of_its_account(book: Book, django_user_model: type[User]) -> None:
    one, two = (django_user_model.objects.create_user(name) for name in ("one", "two"))

    def adjust(job: str) -> None:
        job_id = ulids.from_uuid(UUID(job))
        ledger.adjust(book.account, 1, reason="why", by=one, approved_by=two, job_id=job_id)

    adjust(book.charged_job())
    book.commit()
    book.sql("SET CONSTRAINTS ALL DEFERRED")
    adjust(open_book().charged_job())
    with refused_by("money_gate"):
        book.commit()
