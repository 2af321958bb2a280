"""Whether R2 and R5 need asking: a quick look for the incremental audit, without joining jobs and entries.

Of each account, the jobs with their prices must be the same set as its CHARGEs with their amounts, and its
failed jobs the same as its REFUNDs. Two sets that differ have one count and one sum of 64-bit hashes once in
2^64 times by chance; whoever could bring it about on purpose is found by the full audit, which asks.
"""

import uuid

from django.db import connection

_DIFFERENT = """
    SELECT count(*)
    FROM (SELECT account_id,
                 count(*) FILTER (WHERE kind = 'CHARGE') AS charges,
                 sum(uuid_hash_extended(job_id, -amount)) FILTER (WHERE kind = 'CHARGE') AS charged,
                 count(*) FILTER (WHERE kind = 'REFUND') AS refunds,
                 sum(uuid_hash_extended(job_id, amount)) FILTER (WHERE kind = 'REFUND') AS refunded
          FROM billing_ledgerentry
          WHERE kind IN ('CHARGE', 'REFUND') AND (job_id >= %(job)s OR job_id IS NULL)
          GROUP BY account_id) AS book
    FULL JOIN (SELECT account_id,
                      count(*) AS jobs, sum(uuid_hash_extended(id, credits_cost)) AS priced,
                      count(*) FILTER (WHERE status = 'FAILURE') AS failures,
                      sum(uuid_hash_extended(id, credits_cost)) FILTER (WHERE status = 'FAILURE') AS failed
               FROM workflows_job WHERE id >= %(job)s
               GROUP BY account_id) AS done USING (account_id)
    WHERE (charges, charged, refunds, refunded) IS DISTINCT FROM (jobs, priced, failures, failed)
"""


def holds(job: uuid.UUID) -> bool:
    """Whether jobs from this id on and their entries are the same sets in every account."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENT, {"job": job})
        return bool(cursor.fetchone()[0] == 0)
