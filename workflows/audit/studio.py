"""R6: what Studio did and what the book says are the same jobs.

Every job that Studio lists since a time is one of ours, in a mode that it serves; every success of ours
accepted since then is one there. What Studio finished after our refund is no breach, and is counted.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from clients import ulids
from studio_client import BATCH_LIMIT, JobNotFound, StudioClient, StudioError, StudioJob
from workflows import studios
from workflows.audit.rules import Breach
from workflows.models import Job
from workflows.statuses import JobStatus

# Studio forgets a job seven days after its end.
REMEMBERED = timedelta(days=7)
_MODES = {True: "live", False: "test"}


@dataclass(slots=True)
class StudioReport:
    """How many jobs Studio listed, how many successes of ours it was asked for, and what came of it."""

    since: datetime
    listed: int = 0
    successes: int = 0
    late_successes: int = 0
    breaches: list[Breach] = field(default_factory=list)
    not_checked: list[str] = field(default_factory=list)


def check(since: datetime) -> StudioReport:
    """Asks each Studio; one that can't be asked stands in `not_checked`, with the reason."""
    report = StudioReport(since)
    for modes in _modes_by_studio():
        if not _has_studio(modes) and not _jobs_since(since, modes).exists():
            continue
        try:
            client = studios.of(livemode=modes[0])
            _check_listed(client, modes, report)
            _check_successes(client, modes, report)
        except StudioError as error:
            named = " and ".join(_MODES[mode] for mode in modes)
            report.not_checked.append(f"the Studio of {named} jobs: {str(error) or type(error).__name__}")
    return report


def _modes_by_studio() -> list[tuple[bool, ...]]:
    """Which modes share a Studio: one that serves both lists the jobs of both."""
    if settings.STUDIO_URL == settings.STUDIO_TEST_URL:
        return [(True, False)]
    return [(True,), (False,)]


def _has_studio(modes: Sequence[bool]) -> bool:
    return bool(settings.STUDIO_URL if modes[0] else settings.STUDIO_TEST_URL)


def _jobs_since(moment: datetime, modes: Sequence[bool]) -> QuerySet[Job]:
    first = ulids.from_uuid(uuid.UUID(int=int(moment.timestamp() * 1000) << 80))
    return Job.objects.filter(id__gte=first, livemode__in=modes).order_by("id")


def _check_listed(client: StudioClient, modes: Sequence[bool], report: StudioReport) -> None:
    for page in _pages(client, report.since):
        # Read after the answer: whatever Studio has was committed here before it was sent.
        ours = _rows([job.job_id for job in page])
        report.listed += len(page)
        for job in page:
            if job.job_id not in ours:
                report.breaches.append(Breach("R6", _subject(job.job_id), "Studio has it, and we have not"))
                continue
            livemode, status = ours[job.job_id]
            if livemode not in modes:
                found = f"a {_MODES[livemode]} job at the Studio of the other mode"
                report.breaches.append(Breach("R6", _subject(job.job_id), found))
            report.late_successes += status == JobStatus.FAILURE and job.status == "SUCCESS"


def _pages(client: StudioClient, since: datetime) -> Iterator[tuple[StudioJob, ...]]:
    cursor, seen = None, set()
    while True:
        page = client.list(since, cursor)
        yield page.jobs
        cursor = page.next_cursor
        if cursor is None:
            return
        if cursor in seen:
            raise StudioError("its list leads in a circle")
        seen.add(cursor)


def _rows(job_ids: Sequence[str]) -> dict[str, tuple[bool, str]]:
    """Mode and status of those that are jobs of ours."""
    known = Job.objects.filter(id__in=[one for one in job_ids if ulids.is_valid(one)])
    return {
        job_id: (livemode, status)
        for job_id, livemode, status in known.values_list("id", "livemode", "status")
    }


def _check_successes(client: StudioClient, modes: Sequence[bool], report: StudioReport) -> None:
    moment = max(report.since, datetime.now(UTC) - REMEMBERED)
    wanted = _jobs_since(moment, modes).filter(status=JobStatus.SUCCESS)
    while job_ids := list(wanted.values_list("id", flat=True)[:BATCH_LIMIT]):
        report.successes += len(job_ids)
        known = client.batch_status(job_ids)
        for job_id in job_ids:
            status = known[job_id].status if job_id in known else _status(client, job_id)
            if status != "SUCCESS":
                found = f"SUCCESS here, {status or 'unknown'} at Studio"
                report.breaches.append(Breach("R6", _subject(job_id), found))
        wanted = wanted.filter(id__gt=job_ids[-1])


def _status(client: StudioClient, job_id: str) -> str | None:
    """One that a batch leaves out is either unknown or only unreadable there."""
    try:
        return client.get(job_id).status
    except JobNotFound:
        return None


def _subject(job_id: str) -> str:
    return f"job {job_id}" if ulids.is_valid(job_id) else f"job {job_id!r:.60}"
