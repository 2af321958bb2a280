"""Celery's only home: tasks are doorbells, thin and repeatable; what they do is decided by the rows."""

import time

import structlog
from celery import shared_task
from django.conf import settings

from workflows import dispatch, follow

log = structlog.get_logger(__name__)


@shared_task(name="workflows.dispatch_jobs")
def dispatch_jobs(*, job_ids: list[str]) -> None:
    rung_again = time.monotonic() + settings.RING_AGAIN_AFTER.total_seconds()
    for job_id in job_ids:
        if time.monotonic() > rung_again:
            # A Studio that answers slowly must not make the others of this message wait for one worker.
            return
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
