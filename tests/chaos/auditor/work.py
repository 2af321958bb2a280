"""Every job ends in time, once, as Studio's own journal allows."""

from collections.abc import Iterator
from datetime import timedelta

from tests.chaos.auditor.evidence import Evidence, Row

# Two rounds of the scheduler, and its start where it was just killed.
TWO_SWEEPS = timedelta(seconds=2 + 3)


def violations(found: Evidence) -> Iterator[str]:
    yield from _in_time(found)
    yield from _success_was_delivered(found)
    yield from _one_work(found)
    for job_id, job in found.jobs.items():
        yield from _events(job_id, job, found.events_of_job[job_id])


def _in_time(found: Evidence) -> Iterator[str]:
    for job_id, job in found.jobs.items():
        latest = max(job["deadline_at"], found.calm_at) + TWO_SWEEPS
        if job["finished_at"] is None:
            yield f"a job without an end: {job_id} is {job['status']}, deadline {job['deadline_at']}"
        elif job["finished_at"] > latest:
            yield f"a job that ended {job['finished_at'] - job['deadline_at']} after its deadline: {job_id}"


def _success_was_delivered(found: Evidence) -> Iterator[str]:
    delivered = found.at_studio("delivered")
    for job_id, job in found.jobs.items():
        if job["status"] == "SUCCESS" and not delivered[job_id]:
            yield f"a success that Studio never delivered: {job_id}"


def _one_work(found: Evidence) -> Iterator[str]:
    """Studio may be asked as often as one likes; it may work twice only where it failed in between itself."""
    failed, taken = found.at_studio("failed"), found.at_studio("taken")
    for job_id, works in found.at_studio("done").items():
        allowed = 1 + sum(line["retryable"] for line in failed[job_id])
        if len(works) > allowed:
            yield f"Studio did the work {len(works)} times and failed retryably {allowed - 1} times: {job_id}"
    for job_id in taken:
        if job_id not in found.jobs:
            yield f"Studio works on a job that does not exist: {job_id}"


def _events(job_id: str, job: Row, events: list[Row]) -> Iterator[str]:
    kinds = [event["event_type"] for event in events]
    ends = [event for event in events if event["event_type"] in ("succeeded", "failed")]
    expected = {"SUCCESS": ["succeeded"], "FAILURE": ["failed"]}.get(job["status"], [])
    if kinds.count("queued") != 1 or [event["event_type"] for event in ends] != expected:
        yield f"{job_id} is {job['status']} and its events are {kinds}"
    elif ends and ends[0]["xmin"] != job["xmin"]:
        yield f"the end of {job_id} and its event were not written by one transaction"
    if [event["seq"] for event in events] != list(range(1, len(events) + 1)):
        yield f"the events of {job_id} have a gap"
