"""How far the incremental audit has found the book whole, and where the next one begins.

Entries of an account continue its mark, whenever they were committed: `seq` leaves no gap. For jobs the marks
keep the first id that had not ended; an id that commits late brings its CHARGE, which is a new entry.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from billing.models import AuditProgress
from clients import ulids
from workflows.audit.rules import Scope

# Ids are minted some time before they are committed; only a job without its CHARGE leans on this.
_LATE = timedelta(minutes=10)

_FIRST_NEW_ENTRY = """
    SELECT least(%(from)s, min(entry.id))
    FROM billing_creditaccount AS account
    LEFT JOIN billing_auditmark AS mark ON mark.account_id = account.id
    JOIN billing_ledgerentry AS entry
        ON entry.account_id = account.id AND entry.seq = coalesce(mark.seq, 0) + 1
    WHERE account.seq <> coalesce(mark.seq, 0)
"""
# OFFSET 0 keeps the planner from looking for the first live job along all the ended ones.
_FIRST_LIVE_JOB = """
    SELECT id FROM (SELECT id FROM workflows_job WHERE finished_at IS NULL OFFSET 0) AS live
    ORDER BY id LIMIT 1
"""
_FIRST_JOB_WITH_MONEY_MOVED = """
    SELECT job_id FROM billing_ledgerentry WHERE id >= %(from)s AND kind IN ('CHARGE', 'REFUND')
    ORDER BY job_id LIMIT 1
"""
_MOVE_MARKS = """
    INSERT INTO billing_auditmark (account_id, seq, hash, balance)
    SELECT account.id, account.seq, head_hash, account.balance
    FROM billing_creditaccount AS account LEFT JOIN billing_auditmark AS mark ON mark.account_id = account.id
    WHERE mark.seq IS DISTINCT FROM account.seq
    ON CONFLICT (account_id) DO UPDATE
        SET seq = excluded.seq, hash = excluded.hash, balance = excluded.balance
"""
_MOVE_PROGRESS = """
    INSERT INTO billing_auditprogress (id, entries_from, jobs_from, checked_at)
    SELECT 1, coalesce(max(id), 0) + 1, %(jobs_from)s, now() FROM billing_ledgerentry
    ON CONFLICT (id) DO UPDATE SET entries_from = excluded.entries_from, jobs_from = excluded.jobs_from,
        checked_at = excluded.checked_at
"""


def scope() -> Scope:
    """What may have changed since the marks moved; before they ever did, everything."""
    progress = AuditProgress.objects.first()
    if progress is None:
        return Scope()
    entry = _one(_FIRST_NEW_ENTRY, {"from": progress.entries_from})
    jobs = (
        ulids.to_uuid(progress.jobs_from),
        _one(_FIRST_LIVE_JOB),
        _one(_FIRST_JOB_WITH_MONEY_MOVED, {"from": entry}),
    )
    return Scope(entry, min(job for job in jobs if job is not None), since_marks=True)


def move() -> None:
    """Everything in the snapshot of the present transaction was found whole."""
    now: datetime = _one("SELECT now()")
    minted_before = uuid.UUID(int=int((now - _LATE).timestamp() * 1000) << 80)
    first_live = _one(_FIRST_LIVE_JOB) or minted_before
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_MARKS)
        cursor.execute(_MOVE_PROGRESS, {"jobs_from": min(first_live, minted_before)})


def _one(question: str, values: dict[str, Any] | None = None) -> Any:
    """The only column of the only row, or None."""
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        row = cursor.fetchone()
    return row[0] if row else None
