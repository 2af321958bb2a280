"""Settle: state, money and event in one transaction, exactly once.

Of success, failure, cancel and deadline one wins by compare-and-set; the others see no row and leave the job
as it is. Lock order: job, then account.
"""

from collections.abc import Sequence
from typing import Any

import structlog
from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from billing import ledger
from workflows import alarms, events, patience
from workflows.models import Job, JobEvent
from workflows.statuses import LIVE, JobStatus

log = structlog.get_logger(__name__)

STUDIO_IS_SILENT = "unknown"
CANCELLED = "CANCELLED"
RESULT_MISSING = "RESULT_MISSING"
_EXPIRED_AT_ONCE = 200
_LATE_SUCCESS = "late_success"


def succeed(job_id: str, result: dict[str, Any]) -> bool:
    """Ends a running job as SUCCESS with its artifacts. False if it had ended or was not running."""
    with transaction.atomic():
        won = _end(
            job_id,
            (JobStatus.IN_PROGRESS,),
            status=JobStatus.SUCCESS,
            result=events.storable(result),
            stage="done",
            progress=1.0,
        )
        if won:
            doubts = {name: result.get(name) for name in ("confidence", "warnings")}
            events.append(
                job_id, JobEvent.Type.SUCCEEDED, stage="done", message="The render is ready.", extra=doubts
            )
    return won


def fail(
    job_id: str,
    code: str,
    message: str,
    *,
    stage: str = "",
    reasons: Sequence[str] = (),
    attempt: int | None = None,
) -> bool:
    """Ends a live job as FAILURE and refunds it in the same transaction.

    False if it had ended, or if `attempt` is given and a later one has claimed the job.
    """
    fence = {} if attempt is None else {"attempt": attempt}
    with transaction.atomic():
        won = _end(
            job_id,
            LIVE,
            status=JobStatus.FAILURE,
            error_code=code,
            error_message=events.storable(message[:2000]),
            error_stage=events.storable(stage),
            fence=fence,
        )
        if won:
            refunded = ledger.refund(job_id, description=f"Refund: {code}")
            extra = {"code": code, "reasons": list(reasons), "refunded": refunded.amount}
            events.append(job_id, JobEvent.Type.FAILED, stage=stage, message=message[:2000], extra=extra)
    return won


def cancel(job_id: str, *, patient_for: float = patience.LONG) -> bool:
    """Ends a live job as FAILURE, refunded, since its client no longer wants it. False if it had ended.

    Raises OperationalError if somebody holds the job or its account for more than `patient_for` seconds.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{patient_for:.0f}s'")
        won = fail(job_id, CANCELLED, "The client cancelled the job.")
        if won:
            alarms.tell_cancelled(job_id)
    return won


def keep_out(job_id: str) -> bool:
    """Counts a SUCCESS of Studio's that came after the refund, once for each job, and drops it.

    False if the job was not refunded, or for what that very success lacked, or if it was counted before.
    """
    refunded = Job.objects.filter(id=job_id, status=JobStatus.FAILURE).exclude(error_code=RESULT_MISSING)
    counted = JobEvent.objects.filter(job_id=job_id, extra__trouble=_LATE_SUCCESS)
    with transaction.atomic():
        job = refunded.select_for_update().first()
        if job is None or counted.exists():
            return False
        message = "Late success: Studio finished this job after its refund. The picture is kept out."
        events.append_internal(job_id, message, trouble=_LATE_SUCCESS, code=job.error_code)
    log.warning("late_success", job_id=job_id, code=job.error_code)
    return True


def expire() -> int:
    """Ends every job past its deadline, by the database's clock; needs neither broker nor Studio."""
    ended = 0
    left, locked = set[str](), set[str]()
    while job := _most_overdue(left, locked):
        try:
            ended += _expire(job)
        except Exception as error:
            # One job that can't be ended must not keep the others alive; without a database none can be.
            if not connection.is_usable():
                raise
            log.exception("job_not_expired", job_id=job.id)
            left.add(job.id)
            if isinstance(error, OperationalError):
                locked.add(job.account_id)
        if ended == _EXPIRED_AT_ONCE:
            break
    return ended


def _most_overdue(left: set[str], locked: set[str]) -> Job | None:
    """One at a time: after an outage more are due than one wants to have in memory."""
    due = Job.objects.filter(finished_at=None, deadline_at__lte=Now())
    free = due.exclude(id__in=left).exclude(account_id__in=locked)
    return free.order_by("deadline_at").only("id", "account_id", "trouble").first()


def _expire(job: Job) -> bool:
    if job.trouble == STUDIO_IS_SILENT:
        code, message = "STUDIO_UNKNOWN", "Studio gave no usable answer before the deadline."
    else:
        code, message = "DEADLINE_EXCEEDED", "The job did not finish before its deadline."
    with transaction.atomic(), connection.cursor() as cursor:
        # Whoever holds this client's account holds up this client, not the scheduler.
        cursor.execute("SET LOCAL lock_timeout = '1s'")
        return fail(job.id, code, message)


def _end(
    job_id: str, from_statuses: tuple[JobStatus, ...], fence: dict[str, int] | None = None, **columns: Any
) -> bool:
    moved = Job.objects.filter(id=job_id, status__in=from_statuses, **(fence or {})).update(
        finished_at=Now(),
        next_action_at=None,
        lease_until=None,
        resubmit=False,
        version=F("version") + 1,
        **columns,
    )
    if moved:
        log.info("job_settled", job_id=job_id, status=columns["status"], code=columns.get("error_code"))
    return moved == 1
