"""When a live job is looked at again: back-off and jitter while Studio says no, short looks while it runs."""

import random
from datetime import timedelta

from django.db import connection

CHANNEL = "due_jobs"
CANCELLED = "cancelled_jobs"

_FIRST = 1.0
_LONGEST = 60.0


def wake_scheduler() -> None:
    """Tells the scheduler, at COMMIT, that an alarm stands at now; without it, it looks within a second."""
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")


def tell_cancelled(job_id: str) -> None:
    """Tells the scheduler, at COMMIT, of a job that Studio need not go on with, if it listens then."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CANCELLED, job_id])


def back_off(attempt: int, retry_after: float | None = None) -> timedelta:
    """After the nth try that did not go on: 1, 2, 4 … 60 seconds, each shortened by up to half at random,
    so that jobs that failed together do not come back together. Studio's own wish is the least wait."""
    wait = min(_LONGEST, _FIRST * 2 ** min(attempt - 1, 10)) * random.uniform(0.5, 1.0)
    return timedelta(seconds=max(wait, retry_after or 0.0))


def next_look(age: timedelta) -> timedelta:
    """Until Studio is asked about a running job again: a quarter of its age, between 0.5 and 15 seconds.

    Studio's callback rings earlier; this is the sweep that finds what no callback told.
    """
    return min(max(age / 4, timedelta(seconds=0.5)), timedelta(seconds=15))
