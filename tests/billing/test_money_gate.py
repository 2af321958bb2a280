"""Attacks on the book by plain SQL: each one is refused by the database itself."""

import pytest
from django.db import IntegrityError, transaction

from billing import ledger
from tests.billing import world
from tests.billing.world import Book

pytestmark = pytest.mark.django_db


@pytest.fixture
def book() -> Book:
    return world.open_book()


def refused_by(constraint: str):
    return pytest.raises(IntegrityError, check=lambda error: ledger.constraint_of(error) == constraint)


def test_a_charged_job_can_be_committed(book):
    book.charged_job()
    book.commit()
    assert book.figures() == (95, 2, 1, 5)


def test_a_job_without_its_charge_cannot(book):
    book.job()
    with refused_by("money_gate"):
        book.commit()


def test_a_failed_job_with_its_refund_can_be_committed(book):
    job = book.charged_job()
    book.end(job, "FAILURE")
    book.refund(job)
    book.commit()
    assert book.figures() == (100, 3, 0, 0)


def test_a_failed_job_without_its_refund_cannot(book):
    job = book.charged_job()
    book.end(job, "FAILURE")
    with refused_by("money_gate"):
        book.commit()


def test_a_live_job_cannot_be_refunded(book):
    job = book.charged_job()
    book.refund(job)
    with refused_by("money_gate"):
        book.commit()


def test_a_succeeded_job_cannot_be_refunded(book):
    job = book.charged_job()
    book.start(job)
    book.end(job, "SUCCESS")
    book.commit()
    book.sql("SET CONSTRAINTS ALL DEFERRED")
    book.refund(job)
    with refused_by("money_gate"):
        book.commit()


def test_a_job_cannot_be_refunded_twice(book):
    job = book.charged_job()
    book.end(job, "FAILURE")
    book.refund(job)
    with refused_by("ledger_entry_one_charge_one_refund"):
        book.refund(job)


def test_a_job_cannot_be_charged_twice(book):
    job = book.charged_job()
    with refused_by("ledger_entry_one_charge_one_refund"):
        book.post("CHARGE", -5, job)


def test_without_the_unique_index_the_gate_still_counts(book):
    book.sql("DROP INDEX ledger_entry_one_charge_one_refund")
    job = book.charged_job()
    book.post("CHARGE", -5, job)
    with refused_by("money_gate"):
        book.commit()


def test_a_refund_has_the_amount_of_its_charge(book):
    job = book.charged_job()
    book.end(job, "FAILURE")
    with refused_by("ledger_entry_refund_equals_charge"):
        book.refund(job, amount=6)


def test_a_refund_goes_to_the_account_that_was_charged(book):
    job = book.charged_job()
    book.end(job, "FAILURE")
    other = world.open_book()
    with refused_by("ledger_entry_refund_equals_charge"):
        other.post("REFUND", 5, job, book.charge_of(job))


def test_a_charge_is_the_price_of_its_job(book):
    job = book.job(cost=5)
    book.post("CHARGE", -4, job)
    with refused_by("ledger_entry_is_its_jobs_price"):
        book.commit()


def test_a_charge_without_a_job_is_refused(book):
    book.post("CHARGE", -5, str(world.ulids.to_uuid(world.ulids.new())))
    with pytest.raises(IntegrityError):
        book.commit()


def test_a_balance_never_goes_below_zero(book):
    job = book.job(cost=101)
    with pytest.raises(IntegrityError, match="balance_not_negative"):
        book.post("CHARGE", -101, job)


@pytest.mark.parametrize(
    "poke",
    ["balance = balance + 1", "seq = seq + 1", "head_hash = sha256('x')", "open_jobs = 1", "in_flight = 5"],
)
def test_the_figures_of_an_account_cannot_be_poked(book, poke):
    with refused_by("credit_account_moves_with_entries"):
        book.sql(f"UPDATE billing_creditaccount SET {poke} WHERE id = %(account)s")


def test_an_account_is_born_empty(book):
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
def test_history_cannot_be_rewritten(book, statement, constraint):
    job = book.charged_job()
    book.sql(
        "INSERT INTO workflows_jobevent (job_id, seq, event_type, extra) VALUES (%(job)s, 1, 'queued', '{}')",
        job=job,
    )
    book.commit()
    with pytest.raises(IntegrityError) as refusal:
        book.sql(statement)
    assert ledger.constraint_of(refusal.value) in {constraint, "ledger_is_never_emptied"}


def test_an_entry_that_breaks_the_chain_is_refused(book):
    with refused_by("ledger_entry_continues_chain"):
        book.sql(
            "INSERT INTO billing_ledgerentry"
            " (account_id, seq, kind, amount, balance_after, hash, source, created_at)"
            " VALUES (%(account)s, 2, 'GRANT', 50, 150, sha256('guess'), 'mine', now())"
        )


@pytest.mark.parametrize(("seq", "balance"), [(3, 150), (2, 151)])
def test_an_entry_with_a_gap_or_another_balance_is_refused(book, seq, balance):
    with refused_by("ledger_entry_continues_chain"):
        book.sql(
            "INSERT INTO billing_ledgerentry (account_id, seq, kind, amount, balance_after, hash, source, created_at)"
            " SELECT id, %(seq)s, 'GRANT', 50, %(balance)s,"
            " ledger_hash(head_hash, %(seq)s, 'GRANT', 50, %(balance)s, NULL, NULL, now(), ''), 'mine', now()"
            " FROM billing_creditaccount WHERE id = %(account)s",
            seq=seq,
            balance=balance,
        )


def test_several_entries_in_one_statement_continue_the_chain(book):
    book.sql(
        """
        INSERT INTO billing_ledgerentry (account_id, seq, kind, amount, balance_after, hash, source, created_at)
        SELECT id, seq + 1, 'GRANT', 1, balance + 1, first, 'a', at FROM billing_creditaccount,
            LATERAL (SELECT now() AS at) clock,
            LATERAL (SELECT ledger_hash(head_hash, seq + 1, 'GRANT', 1, balance + 1, NULL, NULL, at, '') AS first) one
        WHERE id = %(account)s
        UNION ALL
        SELECT id, seq + 2, 'GRANT', 2, balance + 3,
            ledger_hash(first, seq + 2, 'GRANT', 2, balance + 3, NULL, NULL, at, ''), 'b', at
        FROM billing_creditaccount,
            LATERAL (SELECT now() AS at) clock,
            LATERAL (SELECT ledger_hash(head_hash, seq + 1, 'GRANT', 1, balance + 1, NULL, NULL, at, '') AS first) one
        WHERE id = %(account)s
        """
    )
    assert book.figures()[:2] == (103, 3)


@pytest.mark.parametrize(("kind", "amount"), [("GRANT", -1), ("GRANT", 0), ("CHARGE", 5), ("REFUND", -5)])
def test_the_sign_fits_the_kind(book, kind, amount):
    with pytest.raises(IntegrityError):
        book.post(kind, amount, None if kind == "GRANT" else book.job())


def test_a_grant_names_its_source_and_a_source_grants_once(book):
    with refused_by("ledger_entry_grant_has_source"), transaction.atomic():
        book.post("GRANT", 5)
    ledger.grant(book.account, 5, source="invoice 7")
    with refused_by("ledger_entry_grant_source_once"):
        ledger.grant(book.account, 5, source="invoice 7")


def test_an_adjustment_needs_a_reason_and_two_people(book, django_user_model):
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


class TestJob:
    def test_begins_not_started(self, book):
        job = book.charged_job()
        with refused_by("job_begins_not_started"):
            book.sql(
                "INSERT INTO workflows_job (id, client_id, livemode, account_id, api_key_id, request_id, workflow,"
                " credits_cost, request, inputs, status, started_at, next_action_at, deadline_at)"
                " SELECT gen_random_uuid(), client_id, livemode, account_id, api_key_id, request_id, workflow,"
                " credits_cost, request, inputs, 'IN_PROGRESS', now(), now(), deadline_at"
                " FROM workflows_job WHERE id = %(job)s",
                job=job,
            )

    @pytest.mark.parametrize("status", ["SUCCESS", "FAILURE"])
    def test_cannot_rise_again(self, book, status):
        job = book.charged_job()
        book.start(job)
        book.end(job, status)
        with refused_by("job_end_is_final"):
            book.sql(
                "UPDATE workflows_job SET status = 'IN_PROGRESS', finished_at = NULL, next_action_at = now()"
                " WHERE id = %(job)s",
                job=job,
            )

    def test_cannot_succeed_without_having_run(self, book):
        job = book.charged_job()
        with refused_by("job_transition_is_listed"):
            book.end(job, "SUCCESS")

    def test_cannot_go_back(self, book):
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
        ],
    )
    def test_keeps_its_terms(self, book, change):
        job = book.charged_job()
        with refused_by("job_terms_are_final"):
            book.sql(f"UPDATE workflows_job SET {change} WHERE id = %(job)s", job=job)

    def test_cannot_lose_its_alarm_while_it_lives(self, book):
        job = book.charged_job()
        with refused_by("job_live_has_alarm"):
            book.sql("UPDATE workflows_job SET next_action_at = NULL WHERE id = %(job)s", job=job)

    @pytest.mark.parametrize("column", ["attempt", "version"])
    def test_counts_only_upwards(self, book, column):
        job = book.charged_job()
        with refused_by("job_attempt_only_grows"):
            book.sql(f"UPDATE workflows_job SET {column} = {column} - 1 WHERE id = %(job)s", job=job)

    def test_failure_has_an_error_and_success_a_result(self, book):
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

    def test_belongs_to_the_client_of_its_account(self, book):
        other = world.open_book()
        book.account.client_id = other.account.client_id
        with pytest.raises(IntegrityError):
            book.job()
            book.commit()

    def test_no_more_than_the_limit_are_open(self, book):
        book.sql("UPDATE billing_creditaccount SET open_jobs_limit = 1 WHERE id = %(account)s")
        book.charged_job()
        with refused_by("credit_account_open_jobs_limit"):
            book.job()

    def test_several_ended_in_one_statement_are_counted(self, book):
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
