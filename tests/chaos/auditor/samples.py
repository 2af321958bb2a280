"""The books balance at every second: one snapshot after another while the storm goes on."""

import threading
from collections.abc import Callable

import psycopg

_PAUSE = 0.4
_ENOUGH = 5
# Granted came from outside; every job that has not failed is paid for; what is unfinished is in flight.
_WRONG = """
    SELECT account.id, balance, seq, in_flight, open_jobs, entries.*, jobs.*
    FROM billing_creditaccount AS account,
         LATERAL (SELECT coalesce(sum(amount), 0) AS total, count(*) AS entries,
                         coalesce(sum(amount) FILTER (WHERE kind NOT IN ('CHARGE', 'REFUND')), 0) AS granted
                  FROM billing_ledgerentry WHERE account_id = account.id) AS entries,
         LATERAL (SELECT coalesce(sum(credits_cost) FILTER (WHERE status <> 'FAILURE'), 0) AS paid,
                         coalesce(sum(credits_cost) FILTER (WHERE finished_at IS NULL), 0) AS unfinished,
                         count(*) FILTER (WHERE finished_at IS NULL) AS live
                  FROM workflows_job WHERE account_id = account.id) AS jobs
    WHERE balance <> total OR seq <> entries OR balance <> granted - paid OR balance < 0
       OR in_flight <> unfinished OR open_jobs <> live
"""


class Samples:
    """Looks from a thread of its own until closed; `taken` counts the snapshots."""

    def __init__(self, connect: Callable[[], psycopg.Connection]) -> None:
        self.taken = 0
        self._wrong: list[str] = []
        self._connect = connect
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        self._thread.join()

    def violations(self) -> list[str]:
        """The first wrong snapshots: books that are wrong once are wrong in all that follow."""
        return self._wrong[:_ENOUGH]

    def _look(self) -> None:
        while not self._over.wait(_PAUSE):
            try:
                with self._connect() as database:
                    while not self._over.wait(_PAUSE):
                        self._take(database)
            except psycopg.Error:
                # The database is one of those that are killed.
                continue

    def _take(self, database: psycopg.Connection) -> None:
        rows = database.execute(_WRONG).fetchall()
        self.taken += 1
        self._wrong += [f"the books did not balance in sample {self.taken}: {row}" for row in rows]
