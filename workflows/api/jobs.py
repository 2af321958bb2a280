from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from clients import ulids
from clients.api import errors, lists, requests
from clients.api.queries import MomentField, Query, WholeNumberField
from clients.api.serializers import StrictCharField, StrictSerializer
from clients.callers import Caller
from clients.models import Capability
from workflows import definitions, patience, present, settle, watching
from workflows.api import freshness, schemas
from workflows.models import Job, JobEvent
from workflows.statuses import JobStatus

_BEFORE_US = datetime(2020, 1, 1, tzinfo=UTC)
_CLOCKS_APART = timedelta(hours=1)
_ENDS = (JobEvent.Type.SUCCEEDED, JobEvent.Type.FAILED)


class JobListQuery(lists.OffsetQuery):
    job_type = serializers.ListField(
        child=serializers.ChoiceField([workflow.job_type for workflow in definitions.ALL.values()]),
        required=False,
        help_text="Give it several times for jobs of any of these types.",
    )
    status = serializers.ChoiceField(JobStatus.choices, required=False, help_text="Only jobs that stand so.")
    created_after = MomentField(
        required=False, help_text="RFC 3339, such as `2026-01-31T12:00:00Z`; UTC without an offset."
    )
    pilot_brand = StrictCharField(required=False, help_text="Only jobs filed under this label.")


class EventsQuery(freshness.WaitQuery):
    since = WholeNumberField(
        min_value=0, max_value=2**31 - 1, default=0, help_text="Only events after this `seq`."
    )


class CancelJobRequest(StrictSerializer):
    """Nothing to say: an empty object, or no body at all."""


class JobListView(APIView):
    capability = Capability.JOBS_READ

    @extend_schema(
        operation_id="list_jobs",
        tags=["jobs"],
        summary="List jobs, newest first",
        description="Filters can be combined. Poll one job by its id rather than the list.",
        parameters=[JobListQuery],
        responses=schemas.JobList,
    )
    def get(self, request: Request) -> Response:
        query = JobListQuery.of(request)
        rows = _filtered(Job.objects.for_client(requests.caller(request)), query)
        return Response(lists.present("jobs", rows, query, present.job))


class JobView(APIView):
    capability = Capability.JOBS_READ

    @extend_schema(
        operation_id="get_job",
        tags=["jobs"],
        summary="Get a job",
        description=(
            "With `wait` the answer comes when the job has finished; "
            "with `If-None-Match` besides, as soon as its `ETag` is another."
        ),
        parameters=[freshness.WaitQuery, *freshness.HEADERS],
        responses=freshness.described(schemas.JobDetail),
    )
    def get(self, request: Request, public_id: str) -> Response:
        seconds = freshness.WaitQuery.of(request)["wait"]
        job = find(requests.caller(request), public_id)
        if seconds and job.is_live:
            job = _awaited(request, job, seconds)
        return freshness.answer(request, job, lambda: _detail(job))


class JobEventsView(APIView):
    capability = Capability.JOBS_READ

    @extend_schema(
        operation_id="list_job_events",
        tags=["jobs"],
        summary="List a job's events, oldest first",
        description=(
            "With `wait` the answer comes when there is an event after `since`, or the job has finished."
        ),
        parameters=[EventsQuery, *freshness.HEADERS],
        responses=freshness.described(schemas.JobEvents),
    )
    def get(self, request: Request, public_id: str) -> Response:
        query = EventsQuery.of(request)
        since = query["since"]
        job = find(requests.caller(request), public_id)
        events = _story(job)
        if query["wait"] and job.is_live and not any(event.seq > since for event in events):
            watching.here.wait(
                job.id, lambda seen: seen.latest_seq > since or not seen.is_live, query["wait"]
            )
            job.refresh_from_db()
            events = _story(job)
        return freshness.answer(request, job, lambda: _timeline(job, events, since))


class JobCancelView(APIView):
    capability = Capability.JOBS_CREATE
    refuses = (errors.JobAlreadyFinished,)

    @extend_schema(
        operation_id="cancel_job",
        tags=["jobs"],
        summary="Cancel a job",
        description=(
            "A job that has not finished ends as FAILURE with `CANCELLED` and is refunded at once. "
            "A job that is cancelled already answers the same. No body is needed."
        ),
        request=None,
        responses=schemas.JobDetail,
    )
    def post(self, request: Request, public_id: str) -> Response:
        Query.of(request)
        CancelJobRequest(data=request.data).check()
        job = find(requests.caller(request), public_id)
        requests.known(request).log_columns = {"job_id": job.id}
        with patience.of(job.account_id) as seconds:
            settle.cancel(job.id, patient_for=seconds)
        job.refresh_from_db()
        if job.error_code != settle.CANCELLED:
            raise errors.JobAlreadyFinished()
        return Response(_detail(job))


def find(caller: Caller, public_id: str) -> Job:
    """A job of the caller. Raises JobNotFound for unknown, foreign and malformed ids alike."""
    job = None
    if ulids.is_valid(public_id):
        job = Job.objects.for_client(caller).filter(id=public_id).first()
    if job is None:
        raise errors.JobNotFound()
    return job


def _awaited(request: Request, job: Job, seconds: int) -> Job:
    """A live job once it has finished, or has changed since its client knew it."""
    version, is_known = job.version, freshness.is_known(request, job)
    if is_known or "If-None-Match" not in request.headers:
        watching.here.wait(
            job.id, lambda seen: not seen.is_live or (is_known and seen.version != version), seconds
        )
        job.refresh_from_db()
    return job


def _story(job: Job) -> list[JobEvent]:
    """All that the client may see, of a job that was read before."""
    # One query: an event that came between two would be skipped by whoever goes on from `latest_seq`.
    events = list(_visible(job))
    if job.is_live and events and events[-1].event_type in _ENDS:
        # It ended between the two reads, and its last event shows what it made.
        job.refresh_from_db()
    return events


def _timeline(job: Job, events: list[JobEvent], since: int) -> dict[str, Any]:
    return {
        "public_id": job.id,
        "events": [present.event(event, job) for event in events if event.seq > since],
        "latest_seq": events[-1].seq if events else 0,
    }


def _detail(job: Job) -> dict[str, Any]:
    latest = _visible(job).last()
    return {**present.job(job), "latest_event": present.event(latest, job) if latest else None}


def _visible(job: Job) -> QuerySet[JobEvent]:
    return job.events.filter(visibility=JobEvent.Visibility.PUBLIC).order_by("seq")


def _filtered(rows: QuerySet[Job], query: dict[str, Any]) -> QuerySet[Job]:
    if "job_type" in query:
        names = [name for name, workflow in definitions.ALL.items() if workflow.job_type in query["job_type"]]
        rows = rows.filter(workflow__in=names)
    if "created_after" in query:
        after = query["created_after"]
        # The id bounds what is looked through; it tells the time of another clock.
        first = ulids.first_at(max(after, _BEFORE_US) - _CLOCKS_APART)
        rows = rows.filter(created_at__gt=after, id__gte=first)
    return rows.filter(**{name: query[name] for name in ("status", "pilot_brand") if name in query})
