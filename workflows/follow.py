"""Follow: asks Studio about many running jobs at once and carries each answer into its job."""

import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from assets import storage
from studio_client import (
    BATCH_LIMIT,
    JobError,
    JobNotFound,
    NotNow,
    OutcomeUnknown,
    StudioError,
    StudioJob,
)
from workflows import alarms, events, pace, results, settle, stages, studios
from workflows.models import Job, JobEvent
from workflows.statuses import LIVE, JobStatus

log = structlog.get_logger(__name__)

# Worth one more try, and after that a sign that this job is too much for Studio.
_ONCE = frozenset({"engine_timeout", "out_of_memory"})

# Of an `integer` in PostgreSQL.
_LARGEST = 2**31 - 1


def follow(job_ids: Iterable[str]) -> None:
    """One sweep over running jobs: a call to Studio for each two hundred of a mode, not for each job."""
    rung = list(job_ids)
    for start in range(0, len(rung), BATCH_LIMIT):
        batch = rung[start : start + BATCH_LIMIT]
        followed = Job.objects.filter(id__in=batch, status=JobStatus.IN_PROGRESS, resubmit=False)
        running = list(followed.filter(pace.allows(pace.Step.FOLLOW, batch)))
        for livemode in (True, False):
            jobs = [job for job in running if job.livemode is livemode]
            if jobs:
                _sweep(jobs, livemode=livemode)


def _sweep(jobs: list[Job], *, livemode: bool) -> None:
    job_ids = [job.id for job in jobs]
    try:
        with studios.watched(pace.Lane(pace.Step.FOLLOW, livemode), job_ids):
            told = studios.of(livemode=livemode).batch_status(job_ids)
    except StudioError as error:
        log.warning("studio_does_not_answer", jobs=len(jobs), error=str(error))
        _look_later(jobs, error)
        return
    _look_again([job for job in jobs if not _is_news(job, told.get(job.id))])
    rung_again = time.monotonic() + settings.RING_AGAIN_AFTER.total_seconds()
    for job in (job for job in jobs if _is_news(job, told.get(job.id))):
        if time.monotonic() > rung_again:
            # Pictures take time to fetch: whoever was rung for the rest meanwhile must not meet us there.
            return
        try:
            carry(job, told.get(job.id))
        except Exception:
            # Its alarm rings again and its deadline ends it; the others of this sweep need not wait for that.
            log.exception("follow_interrupted", job_id=job.id)


def _is_news(job: Job, told: StudioJob | None) -> bool:
    return told is None or told.status not in LIVE or told.version > job.studio_version


def _look_again(jobs: list[Job]) -> None:
    try:
        _update_all(jobs, next_action_at=alarms.next_look(), trouble="")
    except DatabaseError:
        # The alarms that the ring has set stand; those with news need not wait for that.
        log.exception("alarms_not_set", jobs=len(jobs))


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
    """Tells Studio once, without insisting, that nobody waits for those of these jobs that have failed.

    During a pause it is not told.
    """
    failed = Job.objects.filter(id__in=list(job_ids), status=JobStatus.FAILURE, attempt__gt=0)
    for job in failed.filter(pace.allows(pace.Step.FOLLOW, [])):
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
        if settle.succeed(job.id, result):
            results.clear(job)
        else:
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
    if not _is_news(job, told):
        _look_again([job])
        return
    with transaction.atomic():
        moved = _update(
            job,
            next_action_at=alarms.next_look(),
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
    retry_after = error.retry_after if isinstance(error, NotNow | OutcomeUnknown) else None
    _update_all(jobs, next_action_at=alarms.later_look(retry_after), trouble=settle.STUDIO_IS_SILENT)


def _update_all(jobs: list[Job], **columns: object) -> None:
    """Writes to each of these jobs that `_update` would write to, in one statement.

    Who holds one of them now will set its alarm: it is passed by, so that no two sweeps wait for each other.
    """
    as_seen = Q(pk__in=[])
    for seen, job_ids in _by_what_was_seen(jobs).items():
        attempt, studio_version = seen
        as_seen |= Q(id__in=job_ids, attempt=attempt, studio_version=studio_version)
    running = Job.objects.filter(as_seen, status=JobStatus.IN_PROGRESS, resubmit=False)
    with transaction.atomic():
        free = running.select_for_update(skip_locked=True).values("id")
        Job.objects.filter(id__in=free).update(**columns)


def _by_what_was_seen(jobs: list[Job]) -> dict[tuple[int, int], list[str]]:
    groups: dict[tuple[int, int], list[str]] = defaultdict(list)
    for job in jobs:
        groups[job.attempt, job.studio_version].append(job.id)
    return groups


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
