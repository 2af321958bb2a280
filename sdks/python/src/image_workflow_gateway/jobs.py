"""A job in the hands of whoever ordered it."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

from . import errors
from ._generated.api.jobs import cancel_job, get_job
from ._generated.models import Artifact, ArtifactRole, JobDetail, JobStatus, WorkflowAcceptedResponse
from ._generated.types import UNSET
from ._refusals import seconds
from ._wire import Wire, expected

# Seconds that one request is held by the gateway.
LONGEST_WAIT = 25
_NO_NEWS = 304
_ENDED = (JobStatus.SUCCESS, JobStatus.FAILURE)


class Job:
    """A job of this client, by its id. Nothing is asked until a method is called."""

    def __init__(self, wire: Wire, job_id: str) -> None:
        self.id = job_id
        self._wire = wire

    def look(self) -> JobDetail:
        """The job as it is now. Raises RequestFailed."""
        return expected(JobDetail, get_job.sync_detailed(self.id, client=self._wire.client))

    def wait(
        self, *, timeout: float = 900.0, on_progress: Callable[[JobDetail], None] | None = None
    ) -> JobDetail:
        """Wait until the job has succeeded, and tell `on_progress` of every change, the last one included.

        Raises JobFailed if it ends as FAILURE (its credits are back then), WaitTimedOut after `timeout`
        seconds, RequestFailed if the gateway can't be asked.
        """
        end, tag = time.monotonic() + timeout, ""
        while True:
            asked = time.monotonic()
            answer = get_job.sync_detailed(
                self.id,
                client=self._wire.client,
                wait=max(0, min(LONGEST_WAIT, int(end - asked))) if tag else 0,
                if_none_match=tag or UNSET,
            )
            known, tag = tag, answer.headers.get("ETag", "")
            if answer.status_code != _NO_NEWS:
                job = expected(JobDetail, answer)
                if on_progress is not None:
                    on_progress(job)
                if job.status in _ENDED:
                    return _succeeded(job)
            self._pause(answer.headers.get("Retry-After"), asked, end, is_news=bool(tag) and tag != known)

    def cancel(self) -> JobDetail:
        """End the job as FAILURE with `CANCELLED`, refunded. Raises Conflict if it has finished otherwise."""
        return expected(JobDetail, cancel_job.sync_detailed(self.id, client=self._wire.client))

    def download(self, to: str | os.PathLike[str]) -> Path:
        """Fetch the finished picture into the file `to`, which then is whole or not there. Answers its path.

        Raises JobFailed, PictureDamaged, RequestFailed; NotFound for a job that has not finished.
        """
        picture = self._picture()
        content = self._wire.fetch(picture.image_url)
        if hashlib.sha256(content).hexdigest() != picture.meta.sha256:
            raise errors.PictureDamaged(f"The picture of job {self.id} arrived damaged.", retryable=True)
        path = Path(to)
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(content)
        return part.replace(path)

    def _picture(self) -> Artifact:
        job = self.look()
        if job.status in _ENDED:
            _succeeded(job)
        for artifact in job.result.artifacts if job.result else ():
            if artifact.role == ArtifactRole.FINAL:
                return artifact
        raise errors.NotFound(
            f"Job {self.id} has no picture yet: wait for it.", code="RESULT_NOT_READY", retryable=True
        )

    def _pause(self, retry_after: str | None, asked: float, end: float, *, is_news: bool) -> None:
        """Wait here where the gateway would not hold the request: too many wait there already."""
        now = time.monotonic()
        if now >= end:
            raise errors.WaitTimedOut(f"Job {self.id} has not finished in time; it goes on.", retryable=True)
        wished = seconds(retry_after)
        rest = (1.0 if wished is None else wished) - (now - asked)
        if rest > 0 and not is_news:
            self._wire.sleep(min(rest, end - now))


class AcceptedJob(Job):
    """A job that was just ordered.

    request_id: the ULID of the request; credits_cost: what was deducted for it, refunded if it fails;
    idempotency_key: what it was sent with; replayed: whether it had been accepted before, by the same key.
    """

    def __init__(
        self, wire: Wire, accepted: WorkflowAcceptedResponse, *, idempotency_key: str, replayed: bool
    ) -> None:
        super().__init__(wire, accepted.job_id)
        self.request_id = accepted.request_id
        self.credits_cost = accepted.credits_cost
        self.idempotency_key = idempotency_key
        self.replayed = replayed


def _succeeded(job: JobDetail) -> JobDetail:
    if job.status == JobStatus.FAILURE:
        raise errors.JobFailed(job)
    return job
