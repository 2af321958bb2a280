"""The scheduler: ends jobs past their deadline and rings Celery for those that are due.

It talks to PostgreSQL alone for everything that money depends on; the broker is only told. Several may run:
rows are taken with SKIP LOCKED, and a doubled ring does nothing.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from operator import itemgetter
from typing import Any

import psycopg
import structlog
from celery import Task
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Q
from django.db.models.functions import Now
from kombu.exceptions import OperationalError

from clients import ulids
from workflows import alarms, pace, settle, tasks
from workflows.models import Job
from workflows.statuses import JobStatus

log = structlog.get_logger(__name__)

TICK = 1.0
_DUE_AT_ONCE = 2000
_DISPATCH_BATCH = 8
# As many as one call to Studio may name.
_FOLLOW_BATCH = 200
_PARTITIONS_EVERY = 3600.0
_MONTHS_AHEAD = 3
# Neither waits nor tries again for long: the next ring is due in seconds.
_PUBLISHING: dict[str, Any] = {"retry": False, "confirm_timeout": 2.0}

# The alarm is set again before the bell rings: a lost ring costs that long, never the job.
_TAKE_DUE = """
    UPDATE workflows_job SET next_action_at = now() + make_interval(secs => %(again)s)
    WHERE id IN (
        SELECT id FROM workflows_job AS job
        WHERE next_action_at <= now() AND NOT EXISTS (
            SELECT FROM workflows_studiopace
            WHERE livemode = job.livemode AND allowance IS NOT NULL
                AND (step = 'dispatch') = (job.status = 'NOT_STARTED' OR job.resubmit))
        ORDER BY next_action_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
    RETURNING id, livemode, status = 'NOT_STARTED' OR resubmit
"""
_TO_DISPATCH = Q(status=JobStatus.NOT_STARTED) | Q(resubmit=True)


def run(stop: threading.Event) -> None:
    """Ends late jobs and rings for due ones, until stopped; a database away is waited for.

    Each in a thread of its own: a broker that is frozen holds each ring up for seconds, and no deadline.
    """
    deadlines = threading.Thread(target=_keep_deadlines, args=(stop,), name="deadlines")
    deadlines.start()
    try:
        _keep_ringing(stop)
    finally:
        stop.set()
        deadlines.join()


def _keep_deadlines(stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            end_late()
        except Exception:
            log.exception("deadlines_not_kept")
            connection.close()
        stop.wait(TICK)
    connection.close()


def end_late() -> None:
    """One sweep: every job past its deadline ends, refunded."""
    expired = settle.expire()
    if expired:
        log.info("jobs_expired", jobs=expired)


def _keep_ringing(stop: threading.Event) -> None:
    """Ticks on NOTIFY or each second."""
    partitions_at = 0.0
    while not stop.is_set():
        try:
            with _listening() as notices:
                while not stop.is_set():
                    tick()
                    if time.monotonic() >= partitions_at:
                        partitions_at = time.monotonic() + _PARTITIONS_EVERY
                        _prepare_months()
                    _ring(tasks.stop_jobs, notices(), _DISPATCH_BATCH)
        except (DatabaseError, psycopg.Error) as error:
            log.warning("database_away", error=str(error))
            connection.close()
            stop.wait(TICK)


def tick() -> None:
    """One round of ringing for what is due."""
    to_dispatch, to_follow = _take_due()
    _ring(tasks.dispatch_jobs, to_dispatch, _DISPATCH_BATCH)
    _ring(tasks.follow_jobs, to_follow, _FOLLOW_BATCH)
    _ring_by_turns()


def add_partitions() -> None:
    """The partitions of `request_logs` for this month and the next ones."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT request_logs_add_month(now() + make_interval(months => ahead))"
            " FROM generate_series(0, %s) ahead",
            [_MONTHS_AHEAD],
        )


def _prepare_months() -> None:
    try:
        add_partitions()
    except DatabaseError:
        # Rows without a partition of their month stand in the default one; jobs must not wait for this.
        log.exception("partitions_not_added")


def _take_due() -> tuple[list[str], list[str]]:
    """The ids of due jobs whose Studio may be asked without limit, each with a new alarm: those to dispatch
    and those to follow."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_DUE, {"again": settings.RING_AGAIN_AFTER.total_seconds(), "limit": _DUE_AT_ONCE})
        due = sorted(cursor.fetchall(), key=itemgetter(1))
    to_dispatch = [ulids.from_uuid(job_id) for job_id, _, submit in due if submit]
    to_follow = [ulids.from_uuid(job_id) for job_id, _, submit in due if not submit]
    return to_dispatch, to_follow


def _ring_by_turns() -> None:
    """Rings as many of the other jobs that are due as the pace of their mode's Studio lets out now."""
    for lane in pace.lanes_to_ring():
        job_ids = pace.take_turn(lane, partial(_take_some, lane))
        if lane.step == pace.Step.DISPATCH:
            _ring(tasks.dispatch_jobs, job_ids, _DISPATCH_BATCH)
        else:
            _ring(tasks.follow_jobs, job_ids, _FOLLOW_BATCH)


def _take_some(lane: pace.Lane, calls: int) -> list[str]:
    is_dispatch = lane.step == pace.Step.DISPATCH
    due = Job.objects.filter(
        _TO_DISPATCH if is_dispatch else ~_TO_DISPATCH, livemode=lane.livemode, next_action_at__lte=Now()
    )
    # A probe had better not be a job that has failed again and again.
    order = ("attempt", "next_action_at") if calls == 1 else ("next_action_at",)
    limit = calls if is_dispatch else calls * _FOLLOW_BATCH
    free = due.order_by(*order).select_for_update(skip_locked=True)[:limit]
    job_ids = list(free.values_list("id", flat=True))
    Job.objects.filter(id__in=job_ids).update(next_action_at=Now() + settings.RING_AGAIN_AFTER)
    return job_ids


def _ring(task: Task[..., None], job_ids: Sequence[str], size: int) -> None:
    for start in range(0, len(job_ids), size):
        try:
            ids = list(job_ids[start : start + size])
            task.apply_async(kwargs={"job_ids": ids}, **_PUBLISHING)
        except (OperationalError, OSError) as error:
            # The alarms are set already: the next ring is due in seconds, broker or not.
            log.warning("broker_does_not_answer", jobs=len(job_ids) - start, error=str(error))
            return
        except Exception:
            # A refusal that no transport declares, as RabbitMQ's nack: deadlines are kept all the same.
            log.exception("ring_failed", jobs=len(job_ids) - start)
            return


@contextmanager
def _listening() -> Iterator["_Notices"]:
    params = connection.get_connection_params()
    params.pop("pool", None)
    for name in ("cursor_factory", "context", "prepare_threshold"):
        params.pop(name, None)
    with psycopg.connect(**params, autocommit=True) as listener:
        listener.execute(f"LISTEN {alarms.CHANNEL}")
        listener.execute(f"LISTEN {alarms.CANCELLED}")
        yield _Notices(listener)


class _Notices:
    def __init__(self, listener: psycopg.Connection) -> None:
        self._listener = listener

    def __call__(self) -> list[str]:
        """Returns at the first notices, or after a tick, with the ids of the jobs that were cancelled."""
        heard = list(self._listener.notifies(timeout=TICK, stop_after=1))
        return [notice.payload for notice in heard if notice.channel == alarms.CANCELLED]
