"""A client with credits, and jobs made by plain SQL: what the database must judge without our code's help."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from billing.models import CreditAccount
from clients import ulids
from clients.models import ApiKey
from config import onboarding

INSERT_JOB = """
    INSERT INTO workflows_job (
        id, client_id, livemode, account_id, api_key_id, request_id, workflow, credits_cost, request, inputs,
        next_action_at, deadline_at)
    VALUES (%(id)s, %(client)s, true, %(account)s, %(key)s, %(id)s, 'background-swap-with-image', %(cost)s,
            '{}', '{}', now(), now() + interval '1 minute')
"""
POST = """
    SELECT ledger_post(
        %(account)s, %(kind)s, %(amount)s, %(job)s, %(job)s, NULL, %(charge)s, NULL, '', NULL, NULL)
"""


@dataclass
class Book:
    """One live account, and the raw statements that tests attack it with."""

    account: CreditAccount
    api_key: ApiKey

    @property
    def account_id(self) -> str:
        return str(ulids.to_uuid(self.account.id))

    def sql(self, statement: str, **values: str | int | UUID | list[str] | None) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, {"account": self.account_id, **values})
            return cursor.fetchall() if cursor.description else []

    def job(self, cost: int = 5) -> str:
        """A job's row alone, without its charge."""
        job_id = str(ulids.to_uuid(ulids.new()))
        client, key = ulids.to_uuid(self.account.client_id), ulids.to_uuid(self.api_key.id)
        self.sql(INSERT_JOB, id=job_id, client=client, key=key, cost=cost)
        return job_id

    def post(self, kind: str, amount: int, job: str | None = None, charge: int | None = None) -> None:
        self.sql(POST, kind=kind, amount=amount, job=job, charge=charge)

    def charged_job(self, cost: int = 5) -> str:
        job_id = self.job(cost)
        self.post("CHARGE", -cost, job_id)
        return job_id

    def charge_of(self, job: str) -> int:
        charges = self.sql(
            "SELECT id FROM billing_ledgerentry WHERE job_id = %(job)s AND kind = 'CHARGE'", job=job
        )
        return int(charges[0][0])

    def refund(self, job: str, amount: int = 5) -> None:
        self.post("REFUND", amount, job, self.charge_of(job))

    def end(self, job: str, status: str) -> None:
        """The state alone, as a careless program would write it."""
        ending = {
            "FAILURE": "error_code = 'NO_SUBJECT'",
            "SUCCESS": "result = '{}', started_at = now()",
        }[status]
        self.sql(
            f"UPDATE workflows_job SET status = '{status}', {ending}, finished_at = now(),"
            " next_action_at = NULL WHERE id = %(job)s",
            job=job,
        )

    def start(self, job: str) -> None:
        self.sql(
            "UPDATE workflows_job SET status = 'IN_PROGRESS', started_at = now() WHERE id = %(job)s", job=job
        )

    def commit(self) -> None:
        """What COMMIT would check, now."""
        self.sql("SET CONSTRAINTS ALL IMMEDIATE")

    def figures(self) -> tuple[int, int, int, int]:
        """Balance, entries, open jobs, credits in flight."""
        self.account.refresh_from_db()
        return self.account.balance, self.account.seq, self.account.open_jobs, self.account.in_flight


def open_book(credits: int = 100) -> Book:
    client = onboarding.create_client(f"client {ulids.new()}", credits=credits, test_credits=0).client
    return Book(
        account=CreditAccount.objects.get(client=client, livemode=True),
        api_key=ApiKey.objects.get(client=client, livemode=True),
    )
