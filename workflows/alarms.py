"""When a live job is looked at again: back-off and jitter while Studio says no, short looks while it runs."""

import random
from datetime import timedelta

from django.db import connection
from django.db.models import DurationField, Func, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest, Now

CHANNEL = "due_jobs"
CANCELLED = "cancelled_jobs"

FIRST_LOOK = timedelta(seconds=0.5)
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


def next_look() -> Combinable:
    """Of a running job: when Studio is asked about it again, in a quarter of its age, 0.5 to 15 seconds.

    Studio's callback rings earlier; this is the sweep that finds what no callback told.
    """
    return Now() + _of_age(
        "least(interval '15 s', greatest(interval '0.5 s', (statement_timestamp() - %(expressions)s) / 4))"
    )


def later_look(retry_after: float | None = None) -> Combinable:
    """Of a running job: when Studio, which gave no answer, is asked again: in half the job's age, 1 to 60
    seconds, shortened by up to half at random. Studio's own wish is the least wait."""
    wait = _of_age(
        "least(interval '60 s', greatest(interval '1 s', (statement_timestamp() - %(expressions)s) / 2))"
        " * (0.5 + random() / 2)"
    )
    return Now() + Greatest(wait, Value(timedelta(seconds=retry_after or 0.0)))


def _of_age(template: str) -> Func:
    """By the database's clock, since a worker's may be an hour off."""
    return Func(Coalesce("started_at", "created_at"), template=f"({template})", output_field=DurationField())
