"""Dispatch: claim the job, ask Studio with no transaction open, record what it said.

The claim raises `attempt`; whoever comes back after its lease finds another attempt and drops what it knows.
Asking twice is harmless: Studio knows the job by our id.
"""

from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from assets import storage
from studio_client import Callback, NotNow, Order, OutcomeUnknown, Output, Refused, StudioError, StudioJob
from workflows import alarms, definitions, events, follow, pace, results, settle, studios
from workflows.definitions import rehearsals
from workflows.models import Job, JobEvent
from workflows.statuses import LIVE, JobStatus

log = structlog.get_logger(__name__)

_GRACE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class _Trouble:
    code: str
    message: str
    retry_after: float | None = None
    of_studio: bool = False


def dispatch(job_id: str) -> None:
    """Submits one job if it is due to be submitted; whatever happens, its alarm is set."""
    job = _claim(job_id)
    if job is None:
        return
    lane = pace.Lane(pace.Step.DISPATCH, job.livemode)
    try:
        with studios.watched(lane, [job.id], wants_no_answer=rehearsals.wants_no_answer(job.inputs)):
            told = studios.of(livemode=job.livemode).submit(_order(job))
    except Refused as refusal:
        stage = refusal.stage or "submit"
        settle.fail(
            job.id,
            refusal.code.upper(),
            refusal.message,
            stage=stage,
            reasons=refusal.reasons,
            attempt=job.attempt,
        )
    except NotNow as answer:
        _back_off(job, _Trouble(answer.code, answer.message, answer.retry_after, of_studio=True))
    except OutcomeUnknown as answer:
        _back_off(job, _Trouble(settle.STUDIO_IS_SILENT, answer.reason, answer.retry_after))
    except (StudioError, storage.Unavailable) as error:
        _back_off(job, _Trouble("internal", str(error)))
    else:
        _record(job, told)


def _claim(job_id: str) -> Job | None:
    """The job, leased to this attempt; None if somebody else has it or it has nothing to submit now."""
    free = Job.objects.filter(
        Q(lease_until=None) | Q(lease_until__lte=Now()),
        id=job_id,
        deadline_at__gt=Now(),
        # A ring sets the alarm no further ahead; a doubled message must not cut a longer back-off short.
        next_action_at__lte=Now() + settings.RING_AGAIN_AFTER,
    )
    waiting = Q(status=JobStatus.NOT_STARTED) | Q(status=JobStatus.IN_PROGRESS, resubmit=True)
    # Where Studio is paused nothing is put back: the alarm that the ring has set stands.
    waiting &= pace.allows(pace.Step.DISPATCH, [job_id])
    lease_end = Now() + settings.DISPATCH_LEASE
    with transaction.atomic():
        claimed = free.filter(waiting).update(
            attempt=F("attempt") + 1, lease_until=lease_end, next_action_at=lease_end
        )
        return Job.objects.get(id=job_id) if claimed else None


def _order(job: Job) -> Order:
    lifetime = job.deadline_at - timezone.now() + _GRACE
    asked = definitions.ALL[job.workflow].ask(job.inputs, lambda key: storage.signed_get_url(key, lifetime))
    preset = {name: value for name, value in job.inputs["output"].items() if name != "name"}
    put_url = storage.pictures().signed_put_url(
        results.delivery_key(job), results.format_of(job).content_type, lifetime
    )
    return Order(
        job_id=job.id,
        workflow=job.workflow,
        source=asked.source,
        source_ref=asked.source_ref,
        background=asked.background,
        background_ref=asked.background_ref,
        output=Output(**preset),
        options=asked.options,
        put_url=put_url,
        callback=_callback(),
        deadline=job.deadline_at,
        metadata={"pilot_brand": job.pilot_brand} if job.pilot_brand else {},
        rehearse=None if job.livemode else rehearsals.of(job.inputs),
    )


def _callback() -> Callback | None:
    key_id = next(iter(settings.STUDIO_CALLBACK_KEYS), None)
    return Callback(settings.STUDIO_CALLBACK_URL, key_id) if key_id else None


def _record(job: Job, told: StudioJob) -> None:
    """The job runs at Studio; an answer that is final already is carried on in the next breath."""
    with transaction.atomic():
        recorded = _mine(job).update(
            status=JobStatus.IN_PROGRESS,
            started_at=Coalesce(F("started_at"), Now()),
            lease_until=None,
            resubmit=False,
            trouble="",
            studio_version=0,
            next_action_at=Now() + alarms.FIRST_LOOK,
            version=F("version") + 1,
        )
        if not recorded:
            log.info("fenced", job_id=job.id, attempt=job.attempt)
        elif job.status == JobStatus.NOT_STARTED:
            events.append(job.id, JobEvent.Type.STAGE, stage="submitted", message="Studio has the job.")
    if recorded:
        job.refresh_from_db()
        follow.carry(job, told)
    else:
        # If it ended while Studio was asked, Studio works for nobody, or has.
        follow.drop(job, told)


def _back_off(job: Job, trouble: _Trouble) -> None:
    # Where all wait for Studio its pace makes them wait, and who was refused often must not wait longer.
    tries = 1 if trouble.of_studio else job.attempt
    with transaction.atomic():
        waiting = _mine(job).update(
            lease_until=None,
            trouble=events.storable(trouble.code),
            next_action_at=Now() + alarms.back_off(tries, trouble.retry_after),
        )
        if waiting:
            events.append_internal(job.id, trouble.message, trouble=trouble.code, attempt=job.attempt)


def _mine(job: Job) -> QuerySet[Job]:
    """The job's row as long as no later attempt has claimed it and it has not ended."""
    return Job.objects.filter(id=job.id, attempt=job.attempt, status__in=LIVE)
