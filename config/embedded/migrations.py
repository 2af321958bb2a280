"""Bringing a database up to date, when several processes may want to at once."""

import sys
import time

from django.core.management import call_command
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor

# Any number, the same for everybody who migrates.
ADVISORY_LOCK = 7_203_118_465


def apply_missing() -> None:
    """Apply the migrations that this database lacks; with nothing missing, a few reads."""
    if not _missing():
        return
    with connection.cursor() as cursor:
        # Asked for again and again: who waits in a statement is waited for by CREATE INDEX CONCURRENTLY.
        while not _locked(cursor):
            time.sleep(0.2)
        try:
            if _missing():
                call_command("migrate", verbosity=0, interactive=False, stdout=sys.stderr)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])


def _locked(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_LOCK])
    return bool(cursor.fetchone() == (True,))


def _missing() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
