"""Every job Studio knows, and the only place where a job changes.

All of it runs on the event loop's thread, so each verb is one step that nobody sees half done.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from studio_client.reference import codes
from studio_client.reference.codes import Failure
from studio_client.reference.job import Job, Made
from studio_client.reference.journal import Journal
from studio_client.reference.orders import Order

KEEP = timedelta(days=7)
"""How long an ended job is remembered."""

_LEAST_STEP = 0.05


class Conflict(Exception):
    """The id stands for another request."""


class Full(Exception):
    """As many unfinished jobs as Studio takes."""


class Board:
    """Jobs by id; ``on_status`` is called after each change of status, ``ended`` counts ends by code."""

    def __init__(self, journal: Journal, limit: int, on_status: Callable[[Job], None]) -> None:
        self._journal = journal
        self._limit = limit
        self._on_status = on_status
        self._jobs: dict[str, Job] = {}
        self._live: dict[str, Job] = {}
        self._queue: asyncio.Queue[Job] = asyncio.Queue()
        self._changed: dict[str, asyncio.Event] = {}
        self.ended: Counter[str] = Counter()

    def reload(self) -> None:
        """Take up the journal; what had not ended starts over."""
        for job in sorted(self._journal.load(), key=lambda job: (job.created_at, job.job_id)):
            self._jobs[job.job_id] = job
            if job.live:
                self._enqueue(job)

    def get(self, job_id: str) -> Job | None:
        return self._jobs.get(job_id)

    def live(self) -> list[Job]:
        return list(self._live.values())

    def since(self, moment: datetime, after: tuple[datetime, str] | None, most: int) -> list[Job]:
        """Up to ``most`` jobs created from ``moment`` on and after the given place, oldest first."""
        place = after or (moment, "")
        found = [job for job in self._jobs.values() if job.created_at >= moment and _place(job) > place]
        return sorted(found, key=_place)[:most]

    def put(self, job_id: str, request: dict[str, Any], order: Order) -> tuple[Job, bool]:
        """The job of this id and whether it is new; raises :class:`Conflict` or :class:`Full`.

        A known job that can still use them gets the newest URLs; one that failed in a way worth another try
        is opened again.
        """
        job = self._jobs.get(job_id)
        if job is None:
            self._make_room()
            job = self._jobs[job_id] = Job(job_id, request, order)
            self._enqueue(job, changed=False)
            return job, True
        if job.order.fingerprint != order.fingerprint:
            raise Conflict
        if job.live:
            job.request, job.order = request, order
            self._journal.save(job)
        elif job.failure is not None and job.failure.retryable:
            self._make_room()
            job.request, job.order = request, order
            self._enqueue(job)
        return job, False

    async def next(self) -> Job:
        """The job that has waited longest, now in progress."""
        while True:
            job = await self._queue.get()
            if job.status == "NOT_STARTED":
                job.status, job.stage = "IN_PROGRESS", "starting"
                self._change(job)
                self._on_status(job)
                return job

    def report(self, job: Job, stage: str, progress: float) -> None:
        """Note how far the job is; steps too small to matter are left out, and progress never falls."""
        progress = max(job.progress, min(progress, 1.0))
        if job.status == "IN_PROGRESS" and (stage != job.stage or progress - job.progress >= _LEAST_STEP):
            job.stage, job.progress = stage, progress
            self._change(job)

    def succeed(self, job: Job, made: Made) -> bool:
        """End the job as done; False when it had ended otherwise before."""
        if not job.live:
            return False
        job.made, job.progress = made, 1.0
        self._end(job, "SUCCESS", "SUCCESS")
        return True

    def fail(self, job: Job, failure: Failure) -> bool:
        """End the job as failed; False when it had ended before."""
        if not job.live:
            return False
        if failure.code in codes.ONCE:
            if failure.code in job.spent:
                failure = Failure("too_heavy", f"twice {failure.code}", failure.stage, (failure.code,))
            job.spent.add(failure.code)
        job.failure = failure
        self._end(job, "FAILURE", failure.code)
        return True

    async def changed(self, job: Job, seconds: float) -> None:
        """Return at the job's next change, at :meth:`wake`, or after ``seconds``."""
        event = self._changed.setdefault(job.job_id, asyncio.Event())
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return

    def wake(self) -> None:
        """End every wait for a change."""
        for event in self._changed.values():
            event.set()
        self._changed.clear()

    def forget_old(self) -> list[Job]:
        """Drop and return the jobs that ended longer ago than :data:`KEEP`."""
        horizon = datetime.now(UTC) - KEEP
        old = [job for job in self._jobs.values() if not job.live and job.updated_at < horizon]
        for job in old:
            del self._jobs[job.job_id]
            self._journal.forget(job.job_id)
        return old

    def _make_room(self) -> None:
        if len(self._live) >= self._limit:
            raise Full

    def _enqueue(self, job: Job, changed: bool = True) -> None:
        job.status, job.stage, job.progress, job.failure = "NOT_STARTED", "queued", 0.0, None
        self._live[job.job_id] = job
        self._queue.put_nowait(job)
        if changed:
            self._change(job)
        else:
            self._journal.save(job)

    def _end(self, job: Job, status: str, code: str) -> None:
        job.status = "SUCCESS" if status == "SUCCESS" else "FAILURE"
        del self._live[job.job_id]
        self.ended[code] += 1
        self._change(job)
        self._on_status(job)

    def _change(self, job: Job) -> None:
        job.version += 1
        job.updated_at = datetime.now(UTC)
        self._journal.save(job)
        event = self._changed.pop(job.job_id, None)
        if event is not None:
            event.set()


def _place(job: Job) -> tuple[datetime, str]:
    return job.created_at, job.job_id
