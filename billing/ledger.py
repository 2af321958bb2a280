"""The verbs of the book: grant, charge, refund, adjust. Each is one entry; the database moves the balance."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import IntegrityError, connection, transaction

from billing.models import CreditAccount, LedgerEntry
from clients import ulids
from clients.models import Client

Kind = LedgerEntry.Kind


class NotEnoughCredits(Exception):
    """The balance is lower than the charge. The transaction can only be rolled back."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What an entry did to its account, in credits."""

    entry_id: int
    seq: int
    amount: int
    balance_after: int


def open_accounts(client: Client) -> dict[bool, CreditAccount]:
    """The two empty accounts of a new client, by mode."""
    return {mode: CreditAccount.objects.create(client=client, livemode=mode) for mode in (True, False)}


def grant(
    account: CreditAccount, credits: int, *, source: str, description: str = "", by: Any = None
) -> Posted:
    """Credits into an account. Raises IntegrityError if `source` was granted to it before."""
    with _billing_role():
        return _post(account.id, Kind.GRANT, credits, source=source, description=description, created_by=by)


def charge(
    account_id: str, credits: int, *, job_id: str, request_id: str, api_key_id: str, description: str
) -> Posted:
    """The price of a job, in the transaction that creates the job. Raises NotEnoughCredits."""
    return _post(
        account_id,
        Kind.CHARGE,
        -credits,
        job_id=job_id,
        request_id=request_id,
        api_key_id=api_key_id,
        description=description,
    )


def refund(job_id: str, *, description: str) -> Posted:
    """All of a job's charge back, in the transaction that ends the job as FAILURE."""
    charged = LedgerEntry.objects.get(job_id=job_id, kind=Kind.CHARGE)
    return _post(
        charged.account_id,
        Kind.REFUND,
        -charged.amount,
        job_id=job_id,
        request_id=charged.request_id,
        api_key_id=charged.api_key_id,
        charge_id=charged.id,
        description=description,
    )


def adjust(
    account: CreditAccount, credits: int, *, reason: str, by: Any, approved_by: Any, job_id: str | None = None
) -> Posted:
    """A correction, either way, by one member of staff and approved by another."""
    with _billing_role():
        return _post(
            account.id,
            Kind.ADJUSTMENT,
            credits,
            job_id=job_id,
            description=reason,
            created_by=by,
            approved_by=approved_by,
        )


# No row where the database has one role: then there is nothing to step into.
_MAY_STEP = """
    SELECT current_setting('role') FROM pg_roles
    WHERE rolname = 'gateway_billing' AND pg_has_role(session_user, oid, 'MEMBER')
        AND has_table_privilege(oid, 'billing_ledgerentry', 'INSERT')
"""


@contextmanager
def _billing_role() -> Iterator[None]:
    """The only role that may mint credits, for the length of the block and never beyond a transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_MAY_STEP)
        before = cursor.fetchone()
        if before:
            cursor.execute("SET LOCAL ROLE gateway_billing")
        yield
        # After an error the rollback has done it.
        if before:
            cursor.execute("SELECT set_config('role', %s, true)", before)


_POST = """
    SELECT id, seq, amount, balance_after FROM ledger_post(
        %(account)s, %(kind)s, %(amount)s, %(job_id)s, %(request_id)s, %(api_key_id)s, %(charge_id)s,
        %(source)s, %(description)s, %(created_by)s, %(approved_by)s)
"""
_OPTIONAL = dict.fromkeys(
    ("job_id", "request_id", "api_key_id", "charge_id", "source", "created_by", "approved_by")
)


def _post(account_id: str, kind: Kind, amount: int, *, description: str, **columns: Any) -> Posted:
    values = {**_OPTIONAL, **columns, "account": account_id, "kind": kind.value, "amount": amount}
    for name in ("account", "job_id", "request_id", "api_key_id"):
        values[name] = ulids.to_uuid(values[name]) if values[name] else None
    for name in ("created_by", "approved_by"):
        values[name] = values[name].pk if values[name] else None
    try:
        with connection.cursor() as cursor:
            cursor.execute(_POST, {**values, "description": description})
            return Posted(*cursor.fetchone())
    except IntegrityError as error:
        if constraint_of(error) in {
            "credit_account_balance_not_negative",
            "ledger_entry_balance_not_negative",
        }:
            raise NotEnoughCredits from error
        raise


def constraint_of(error: IntegrityError) -> str | None:
    """The name of the constraint that refused a statement."""
    cause = error.__cause__
    return cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None
