"""Audit: the rules of the book, asked of the database from outside the code that keeps them.

R1 each balance is the sum of its entries, its seq their count. R2 each job's entries match its state.
R3 what is in flight is what live jobs cost. R4 the hash chain is whole and seq has no gap.
R5 charges less refunds are the costs of succeeded and unfinished jobs, adjustments apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction


@dataclass(frozen=True, slots=True)
class Breach:
    rule: str
    subject: str
    found: str


@dataclass(frozen=True, slots=True)
class Report:
    accounts: int
    entries: int
    jobs: int
    breaches: list[Breach]


def audit() -> Report:
    """Checks every account, entry and job in one snapshot; reads only."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        breaches = [breach for rule in _RULES for breach in _run(rule)]
        cursor.execute(
            "SELECT (SELECT count(*) FROM billing_creditaccount), (SELECT count(*) FROM billing_ledgerentry),"
            " (SELECT count(*) FROM workflows_job)"
        )
        accounts, entries, jobs = cursor.fetchone()
        return Report(accounts, entries, jobs, breaches)


def _run(rule: str) -> Iterator[Breach]:
    with connection.cursor() as cursor:
        cursor.execute(_RULES[rule])
        for subject, found in cursor.fetchall():
            yield Breach(rule, subject, found)


_RULES = {
    "R1": """
        SELECT 'account ' || ulid_text(account.id),
               format('balance %s, sum of entries %s; seq %s, entries %s', balance, total, seq, entries)
        FROM billing_creditaccount AS account,
             LATERAL (SELECT coalesce(sum(amount), 0) AS total, count(*) AS entries
                      FROM billing_ledgerentry WHERE account_id = account.id) AS book
        WHERE balance <> total OR seq <> entries
    """,
    "R2": """
        SELECT 'job ' || ulid_text(job.id),
               format('%s with %s charges of %s and %s refunds of %s; it costs %s',
                      status, charges, charged, refunds, refunded, credits_cost)
        FROM workflows_job AS job,
             LATERAL (SELECT count(*) FILTER (WHERE kind = 'CHARGE') AS charges,
                             count(*) FILTER (WHERE kind = 'REFUND') AS refunds,
                             coalesce(-sum(amount) FILTER (WHERE kind = 'CHARGE'), 0) AS charged,
                             coalesce(sum(amount) FILTER (WHERE kind = 'REFUND'), 0) AS refunded
                      FROM billing_ledgerentry
                      WHERE job_id = job.id AND account_id = job.account_id) AS book
        WHERE charges <> 1 OR charged <> credits_cost
           OR refunds <> (status = 'FAILURE')::int
           OR refunded <> CASE WHEN status = 'FAILURE' THEN credits_cost ELSE 0 END
        UNION ALL
        SELECT 'entry ' || entry.id, format('%s of a job that its account does not have', kind)
        FROM billing_ledgerentry AS entry
        LEFT JOIN workflows_job AS job ON job.id = entry.job_id AND job.account_id = entry.account_id
        WHERE entry.job_id IS NOT NULL AND job.id IS NULL
    """,
    "R3": """
        SELECT 'account ' || ulid_text(account.id),
               format('in flight %s for %s jobs, live jobs cost %s for %s',
                      in_flight, open_jobs, credits, jobs)
        FROM billing_creditaccount AS account,
             LATERAL (SELECT coalesce(sum(credits_cost), 0) AS credits, count(*) AS jobs
                      FROM workflows_job
                      WHERE account_id = account.id AND finished_at IS NULL) AS live
        WHERE in_flight <> credits OR open_jobs <> jobs
    """,
    "R4": """
        SELECT format('account %s, seq %s', ulid_text(account_id), seq), broken
        FROM (
            SELECT entry.account_id, entry.seq, entry.id,
                   CASE
                       WHEN entry.seq <> row_number() OVER chain THEN 'a gap before it'
                       WHEN entry.balance_after
                            <> entry.amount + coalesce(lag(entry.balance_after) OVER chain, 0)
                           THEN 'its balance does not continue the one before'
                       WHEN entry.hash <> ledger_hash(
                                coalesce(lag(entry.hash) OVER chain,
                                         ledger_genesis(account.client_id, account.livemode)),
                                entry.seq, entry.kind, entry.amount, entry.balance_after, entry.job_id,
                                entry.request_id, entry.created_at, entry.description)
                           THEN 'its hash is not that of its content'
                   END AS broken
            FROM billing_ledgerentry AS entry JOIN billing_creditaccount AS account ON account.id = account_id
            WINDOW chain AS (PARTITION BY entry.account_id ORDER BY entry.seq)
        ) AS checked
        WHERE broken IS NOT NULL
        UNION ALL
        SELECT 'account ' || ulid_text(account.id), 'its head is not its last entry'
        FROM billing_creditaccount AS account
        WHERE head_hash <> coalesce(
            (SELECT hash FROM billing_ledgerentry WHERE account_id = account.id ORDER BY seq DESC LIMIT 1),
            ledger_genesis(client_id, livemode))
    """,
    "R5": """
        SELECT 'account ' || ulid_text(account.id),
               format('charges less refunds %s, unrefunded jobs cost %s', spent, due)
        FROM billing_creditaccount AS account,
             LATERAL (SELECT coalesce(-sum(amount), 0) AS spent FROM billing_ledgerentry
                      WHERE account_id = account.id AND kind IN ('CHARGE', 'REFUND')) AS book,
             LATERAL (SELECT coalesce(sum(credits_cost), 0) AS due FROM workflows_job
                      WHERE account_id = account.id AND status <> 'FAILURE') AS jobs
        WHERE spent <> due
    """,
}
