"""A job's row: listed transitions, fixed terms, an alarm while it lives."""

import dataclasses

import pytest
from django.db import IntegrityError, transaction

from clients.models import ApiKey
from tests import databases
from tests.billing import world
from tests.billing.world import Book, refused_by

pytestmark = pytest.mark.django_db


def test_begins_not_started(book: Book) -> None:
    job = book.charged_job()
    with refused_by("job_begins_not_started"):
        book.sql(
            "INSERT INTO workflows_job (id, client_id, livemode, account_id, api_key_id, request_id,"
            " workflow, credits_cost, request, inputs, status, started_at, next_action_at, deadline_at)"
            " SELECT gen_random_uuid(), client_id, livemode, account_id, api_key_id, request_id, workflow,"
            " credits_cost, request, inputs, 'IN_PROGRESS', now(), now(), deadline_at"
            " FROM workflows_job WHERE id = %(job)s",
            job=job,
        )


@pytest.mark.parametrize("status", ["SUCCESS", "FAILURE"])
def test_cannot_rise_again(book: Book, status: str) -> None:
    job = book.charged_job()
    book.start(job)
    book.end(job, status)
    with refused_by("job_end_is_final"):
        book.sql(
            "UPDATE workflows_job SET status = 'IN_PROGRESS', finished_at = NULL, next_action_at = now()"
            " WHERE id = %(job)s",
            job=job,
        )


def test_cannot_succeed_without_having_run(book: Book) -> None:
    job = book.charged_job()
    with refused_by("job_transition_is_listed"):
        book.end(job, "SUCCESS")


def test_cannot_go_back(book: Book) -> None:
    job = book.charged_job()
    book.start(job)
    with refused_by("job_transition_is_listed"):
        book.sql("UPDATE workflows_job SET status = 'NOT_STARTED' WHERE id = %(job)s", job=job)


@pytest.mark.parametrize(
    "change",
    [
        "credits_cost = 1",
        "client_id = gen_random_uuid()",
        "livemode = false",
        "workflow = 'other'",
        "deadline_at = now() + interval '1 year'",
        "inputs = '[1]'",
        "request_id = gen_random_uuid()",
        "pilot_brand = 'another'",
    ],
)
def test_keeps_its_terms(book: Book, change: str) -> None:
    job = book.charged_job()
    with refused_by("job_terms_are_final"):
        book.sql(f"UPDATE workflows_job SET {change} WHERE id = %(job)s", job=job)


def test_cannot_lose_its_alarm_while_it_lives(book: Book) -> None:
    job = book.charged_job()
    with refused_by("job_live_has_alarm"):
        book.sql("UPDATE workflows_job SET next_action_at = NULL WHERE id = %(job)s", job=job)


@pytest.mark.parametrize("column", ["attempt", "version"])
def test_counts_only_upwards(book: Book, column: str) -> None:
    job = book.charged_job()
    with refused_by("job_attempt_only_grows"):
        book.sql(f"UPDATE workflows_job SET {column} = {column} - 1 WHERE id = %(job)s", job=job)


def test_failure_has_an_error_and_success_a_result(book: Book) -> None:
    job = book.charged_job()
    book.start(job)
    for status, constraint in (
        ("FAILURE", "job_failure_has_error"),
        ("SUCCESS", "job_success_has_result"),
    ):
        with refused_by(constraint), transaction.atomic():
            book.sql(
                f"UPDATE workflows_job SET status = '{status}', finished_at = now(), next_action_at = NULL"
                " WHERE id = %(job)s",
                job=job,
            )


def test_belongs_to_the_client_of_its_account(book: Book) -> None:
    other = world.open_book()
    book.account.client_id = other.account.client_id
    with pytest.raises(IntegrityError):
        book.job()
        book.commit()


def test_was_asked_for_with_a_key_of_its_client_and_mode(book: Book) -> None:
    test_key = ApiKey.objects.get(client=book.account.client, livemode=False)
    for api_key in (world.open_book().api_key, test_key):
        with refused_by("job_api_key_is_its_clients"), transaction.atomic():
            dataclasses.replace(book, api_key=api_key).job()


@pytest.mark.parametrize("change", ["UPDATE {} SET answer = ''", "DELETE FROM {}", "TRUNCATE {}"])
def test_keeps_its_idempotency_key(book: Book, change: str) -> None:
    book.sql(
        "INSERT INTO workflows_idempotencykey (client_id, livemode, route, key, request_hash, job_id, answer)"
        " SELECT client_id, livemode, workflow, 'order-1', '', id, '{}' FROM workflows_job"
        " WHERE id = %(job)s",
        job=book.charged_job(),
    )
    book.commit()
    with pytest.raises(IntegrityError), databases.as_owner():
        book.sql(change.format("workflows_idempotencykey"))


def test_no_more_than_the_limit_are_open(book: Book) -> None:
    book.sql("UPDATE billing_creditaccount SET open_jobs_limit = 1 WHERE id = %(account)s")
    book.charged_job()
    with refused_by("credit_account_open_jobs_limit"):
        book.job()


def test_several_ended_in_one_statement_are_counted(book: Book) -> None:
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
