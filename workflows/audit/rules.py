"""R1 to R5 as questions to the database: each row of an answer is the subject of a breach and what was found.

They look at entries from `%(entry)s` on and at jobs from `%(job)s` on; what came before them stands in the
marks. A full audit asks from the first on, and without marks.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from workflows.audit import chain, sieve

_FIRST_ID = uuid.UUID(int=0)


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that does not hold: which, of what, and what was found instead."""

    rule: str
    subject: str
    found: str


@dataclass(frozen=True, slots=True)
class Scope:
    """The first entry and the first job to look at, and whether the marks stand for what came before."""

    entry: int = -(2**63)
    job: uuid.UUID = _FIRST_ID
    since_marks: bool = False


def breaches(scope: Scope) -> list[Breach]:
    """Every breach of R1 to R5 within the scope, in the snapshot of the present transaction."""
    sieved = scope.since_marks and sieve.holds(scope.job)
    asked = _QUESTIONS if sieved else _QUESTIONS + _SIEVED
    return [breach for rule, question in sorted(asked) for breach in _ask(rule, question, scope)]


def _ask(rule: str, question: str, scope: Scope) -> Iterator[Breach]:
    marks = "billing_auditmark" if scope.since_marks else "(SELECT * FROM billing_auditmark WHERE false)"
    with connection.cursor() as cursor:
        cursor.execute(question.replace("MARKS", marks), {"entry": scope.entry, "job": scope.job})
        for subject, found in cursor.fetchall():
            yield Breach(rule, subject, found)


_SUMS = """
    SELECT 'account ' || ulid_text(account.id),
           format('balance %%s, sum of entries %%s; seq %%s, entries %%s',
                  account.balance, coalesce(mark.balance, 0) + coalesce(total, 0),
                  account.seq, coalesce(mark.seq, 0) + coalesce(entries, 0))
    FROM billing_creditaccount AS account
    LEFT JOIN MARKS AS mark ON mark.account_id = account.id
    LEFT JOIN (SELECT entry.account_id, sum(entry.amount) AS total, count(*) AS entries
               FROM billing_ledgerentry AS entry LEFT JOIN MARKS AS mark ON mark.account_id = entry.account_id
               WHERE entry.id >= %(entry)s AND entry.seq > coalesce(mark.seq, 0)
               GROUP BY entry.account_id) AS book ON book.account_id = account.id
    WHERE account.balance <> coalesce(mark.balance, 0) + coalesce(total, 0)
       OR account.seq <> coalesce(mark.seq, 0) + coalesce(entries, 0)
"""

_HEADS = """
    SELECT 'account ' || ulid_text(account.id), 'its head is not its last entry'
    FROM billing_creditaccount AS account
    LEFT JOIN MARKS AS mark ON mark.account_id = account.id
    LEFT JOIN (SELECT account_id, max(seq) AS seq FROM billing_ledgerentry
               WHERE id >= %(entry)s GROUP BY account_id) AS newest ON newest.account_id = account.id
    LEFT JOIN billing_ledgerentry AS entry ON entry.account_id = account.id AND entry.seq = newest.seq
    WHERE head_hash <> coalesce(entry.hash, mark.hash, ledger_genesis(client_id, livemode))
"""

_STATES = """
    SELECT 'job ' || ulid_text(job.id),
           format('%%s with %%s charges of %%s and %%s refunds of %%s; it costs %%s', status,
                  count(*) FILTER (WHERE kind = 'CHARGE'),
                  coalesce(-sum(amount) FILTER (WHERE kind = 'CHARGE'), 0),
                  count(*) FILTER (WHERE kind = 'REFUND'),
                  coalesce(sum(amount) FILTER (WHERE kind = 'REFUND'), 0), credits_cost)
    FROM workflows_job AS job
    LEFT JOIN billing_ledgerentry AS entry
        ON entry.job_id = job.id AND entry.account_id = job.account_id AND kind IN ('CHARGE', 'REFUND')
           AND entry.job_id >= %(job)s
    WHERE job.id >= %(job)s
    GROUP BY job.id
    HAVING count(*) FILTER (WHERE kind = 'CHARGE') <> 1
        OR count(*) FILTER (WHERE kind = 'REFUND') <> (status = 'FAILURE')::int
        OR sum(amount) FILTER (WHERE kind = 'CHARGE') <> -credits_cost
        OR sum(amount) FILTER (WHERE kind = 'REFUND') <> credits_cost
"""

# In two halves, so that the many entries about new jobs are not joined with all jobs that ever were.
_STRANGERS = """
    SELECT 'entry ' || entry.id, format('%%s of a job that its account does not have', kind)
    FROM (
        SELECT entry.id, entry.kind FROM billing_ledgerentry AS entry
        LEFT JOIN workflows_job AS job
            ON job.id = entry.job_id AND job.account_id = entry.account_id AND job.id >= %(job)s
        WHERE entry.id >= %(entry)s AND entry.job_id >= %(job)s AND job.id IS NULL AND entry.KINDS
        UNION ALL
        SELECT entry.id, entry.kind FROM billing_ledgerentry AS entry
        LEFT JOIN workflows_job AS job ON job.id = entry.job_id AND job.account_id = entry.account_id
        WHERE entry.id >= %(entry)s AND entry.job_id < %(job)s AND job.id IS NULL AND entry.KINDS
    ) AS entry
"""

_IN_FLIGHT = """
    SELECT 'account ' || ulid_text(account.id),
           format('in flight %%s for %%s jobs, live jobs cost %%s for %%s',
                  in_flight, open_jobs, coalesce(credits, 0), coalesce(jobs, 0))
    FROM billing_creditaccount AS account
    LEFT JOIN (SELECT account_id, sum(credits_cost) AS credits, count(*) AS jobs
               FROM workflows_job WHERE finished_at IS NULL GROUP BY account_id) AS live
        ON live.account_id = account.id
    WHERE in_flight <> coalesce(credits, 0) OR open_jobs <> coalesce(jobs, 0)
"""

_SPENT = """
    SELECT 'account ' || ulid_text(account_id),
           format('charges less refunds %%s, unrefunded jobs cost %%s', coalesce(spent, 0), coalesce(cost, 0))
    FROM (SELECT account_id, -sum(amount) AS spent FROM billing_ledgerentry
          WHERE kind IN ('CHARGE', 'REFUND') AND (job_id >= %(job)s OR job_id IS NULL)
          GROUP BY account_id) AS book
    FULL JOIN (SELECT account_id, sum(credits_cost) AS cost FROM workflows_job
               WHERE status <> 'FAILURE' AND id >= %(job)s GROUP BY account_id) AS due USING (account_id)
    WHERE coalesce(spent, 0) <> coalesce(cost, 0)
"""

_QUESTIONS = (
    ("R1", _SUMS),
    ("R2", _STRANGERS.replace("KINDS", "kind NOT IN ('CHARGE', 'REFUND')")),
    ("R3", _IN_FLIGHT),
    ("R4", chain.QUESTION),
    ("R4", _HEADS),
)
_SIEVED = (
    ("R2", _STATES),
    ("R2", _STRANGERS.replace("KINDS", "kind IN ('CHARGE', 'REFUND')")),
    ("R5", _SPENT),
)
