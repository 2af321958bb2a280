"""Follow: asks Studio about many running jobs at once and carries each answer into its job."""

from collections.abc import Iterable
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from assets import storage
from studio_client import JobError, JobNotFound, NotNow, StudioError, StudioJob
from workflows import alarms, events, results, settle, stages, studios
from workflows.models import Job, JobEvent
from workflows.statuses import JobStatus

log = structlog.get_logger(__name__)

# Worth one more try, and after that a sign that this job is too much for Studio.
_ONCE = frozenset({"engine_timeout", "out_of_memory"})

# Of an `integer` in PostgreSQL.
_LARGEST = 2**31 - 1


def follow(job_ids: Iterable[str]) -> None:
    """One sweep over running jobs: a call to Studio for each mode, not for each job."""
    running = list(Job.objects.filter(id__in=list(job_ids), status=JobStatus.IN_PROGRESS, resubmit=False))
    for livemode in (True, False):
        jobs = [job for job in running if job.livemode is livemode]
        if jobs:
            _sweep(jobs, livemode=livemode)


def _sweep(jobs: list[Job], *, livemode: bool) -> None:
    try:
        told = studios.of(livemode=livemode).batch_status([job.id for job in jobs])
    except StudioError as error:
        log.warning("studio_does_not_answer", jobs=len(jobs), error=str(error))
        _look_later(jobs, error)
        return
    for job in jobs:
        try:
            carry(job, told.get(job.id))
        except Exception:
            # Its alarm rings again and its deadline ends it; the others of this sweep need not wait for that.
            log.exception("follow_interrupted", job_id=job.id)


def carry(job: Job, told: StudioJob | None) -> None:
    """Carries what Studio said of a running job into its row; None: Studio does not know it."""
    if told is None:
        ask_again(job, "not_known", "Studio no longer knows this job.")
    elif told.status == "SUCCESS":
        _succeed(job, told)
    elif told.status == "FAILURE":
        _fail(job, told)
    else:
        _go_on(job, told)


def stop(job_ids: Iterable[str]) -> None:
    """Tells Studio once, without insisting, that nobody waits for those of these jobs that have failed."""
    for job in Job.objects.filter(id__in=list(job_ids), status=JobStatus.FAILURE, attempt__gt=0):
        try:
            told = studios.of(livemode=job.livemode).cancel(job.id)
        except JobNotFound:
            continue
        except StudioError as error:
            # Studio has the job's deadline too: what it does in vain ends there.
            log.warning("studio_not_stopped", job_id=job.id, error=str(error))
        else:
            if told.status == "SUCCESS":
                settle.keep_out(job.id)


def drop(job: Job, told: StudioJob) -> None:
    """What Studio said of a job that has failed meanwhile is told to nobody; Studio is told to stop."""
    if told.status == "SUCCESS":
        settle.keep_out(job.id)
    else:
        stop([job.id])


def ask_again(job: Job, trouble: str, message: str, retry_after: float | None = None) -> None:
    """Leaves a running job to be submitted once more under the same id, after a back-off."""
    with transaction.atomic():
        if _update(
            job,
            resubmit=True,
            trouble=events.storable(trouble),
            next_action_at=Now() + alarms.back_off(max(job.attempt, 1), retry_after),
        ):
            events.append_internal(job.id, message, trouble=trouble, attempt=job.attempt)


def _succeed(job: Job, told: StudioJob) -> None:
    try:
        result = results.collect(job, told)
    except results.ResultMissing as error:
        message = f"Studio reported success, but {error}."
        if not settle.fail(job.id, settle.RESULT_MISSING, message, stage="deliver", attempt=job.attempt):
            settle.keep_out(job.id)
    except storage.Unavailable as error:
        # Storage away is not a picture missing: the job stays as it is and is looked at again.
        log.warning("storage_does_not_answer", job_id=job.id, error=str(error))
        _update(job, next_action_at=Now() + timedelta(seconds=5))
    else:
        if not settle.succeed(job.id, result):
            settle.keep_out(job.id)


def _fail(job: Job, told: StudioJob) -> None:
    error = told.error or JobError("internal", "Studio reported a failure without a reason.", retryable=True)
    # Of an earlier try: two sweeps may see one and the same failure.
    earlier = JobEvent.objects.filter(
        job_id=job.id, extra__trouble=error.code, extra__attempt__lt=job.attempt
    )
    if error.is_terminal or (error.code in _ONCE and earlier.exists()):
        settle.fail(
            job.id,
            error.code.upper(),
            error.message,
            stage=error.stage or "",
            reasons=error.reasons,
            attempt=job.attempt,
        )
    else:
        ask_again(job, error.code, error.message, error.retry_after_s)


def _go_on(job: Job, told: StudioJob) -> None:
    stage = events.storable(told.stage or "")
    age = timezone.now() - (job.started_at or job.created_at)
    alarm = Now() + alarms.next_look(age)
    if told.version <= job.studio_version:
        _update(job, next_action_at=alarm, trouble="")
        return
    with transaction.atomic():
        moved = _update(
            job,
            next_action_at=alarm,
            studio_version=min(told.version, _LARGEST),
            stage=stage,
            progress=min(max(told.progress, 0.0), 1.0),
            trouble="",
            version=F("version") + 1,
        )
        if moved and stage != job.stage and stage not in stages.SAYS_NOTHING:
            events.append(
                job.id,
                JobEvent.Type.STAGE,
                stage=stage,
                message=stages.sentence(stage),
                extra={"progress": told.progress},
            )


def _look_later(jobs: list[Job], error: StudioError) -> None:
    retry_after = error.retry_after if isinstance(error, NotNow) else None
    for job in jobs:
        age_as_tries = max(1, round((timezone.now() - job.created_at).total_seconds()).bit_length() - 1)
        _update(
            job,
            trouble=settle.STUDIO_IS_SILENT,
            next_action_at=Now() + alarms.back_off(age_as_tries, retry_after),
        )


def _update(job: Job, **columns: object) -> bool:
    """Writes only to a job that still runs, stands as it was seen, and was not given back meanwhile."""
    rows = Job.objects.filter(
        id=job.id,
        status=JobStatus.IN_PROGRESS,
        attempt=job.attempt,
        resubmit=False,
        studio_version=job.studio_version,
    )
    return rows.update(**columns) == 1
