"""Celery's only home: tasks are doorbells, thin and repeatable; what they do is decided by the rows."""

import structlog
from celery import shared_task

from workflows import dispatch, follow

log = structlog.get_logger(__name__)


@shared_task(name="workflows.dispatch_jobs")
def dispatch_jobs(*, job_ids: list[str]) -> None:
    for job_id in job_ids:
        try:
            dispatch.dispatch(job_id)
        except Exception:
            # Its alarm rings again and its deadline ends it; the others of this message don't wait for that.
            log.exception("dispatch_interrupted", job_id=job_id)


@shared_task(name="workflows.follow_jobs")
def follow_jobs(*, job_ids: list[str]) -> None:
    follow.follow(job_ids)


@shared_task(name="workflows.stop_jobs")
def stop_jobs(*, job_ids: list[str]) -> None:
    follow.stop(job_ids)
