"""The whole of Studio without HTTP: the board of jobs and everything that works on it."""

import asyncio
import logging
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from studio_client.reference import orders, rehearsals
from studio_client.reference.board import Board
from studio_client.reference.callbacks import Callbacks
from studio_client.reference.codes import Failure
from studio_client.reference.engine_process import EngineProcess
from studio_client.reference.job import Job
from studio_client.reference.journal import Journal
from studio_client.reference.outgoing import Outgoing
from studio_client.reference.runner import Runner
from studio_client.reference.settings import Settings

_SWEEP_S = 0.25
_FORGET_S = 3600.0
_DRAIN_S = 1.0
_RING_S = 0.5

# Jobs in hand per engine process: one draws while the others fetch or deliver.
_IN_HAND = 3

log = logging.getLogger(__name__)


class Draining(Exception):
    """Studio is about to stop and takes nothing new."""


class Studio:
    """Starts, serves and stops; every method runs on the event loop's thread."""

    def __init__(self, settings: Settings) -> None:
        self._outgoing = Outgoing(settings.allow_private)
        self.callbacks = Callbacks(self._outgoing, settings.callback_keys)
        self.board = Board(Journal(settings.data / "jobs"), settings.queue_limit, self.callbacks.ring)
        self.engines = [
            EngineProcess(settings.engine_seconds, settings.memory_mb) for _ in range(settings.workers)
        ]
        self._runner = Runner(self.board, self._outgoing, self.engines, settings.data)
        self._running: dict[str, asyncio.Task[None]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._rehearses = settings.rehearses
        self.warm = False
        self.draining = False

    @property
    def engine_info(self) -> dict[str, object] | None:
        """Name, version and weights of the engine, once it has been loaded."""
        return self.engines[0].info or None

    async def start(self) -> None:
        """Take up the journal and load the engines; raises ``EngineWontStart``."""
        self.board.reload()
        await asyncio.gather(*(engine.start() for engine in self.engines))
        self.warm = True
        hands = [self._serve() for _ in range(len(self.engines) * _IN_HAND)]
        self._tasks = [asyncio.create_task(each) for each in (*hands, self._sweep(), self._forget())]

    def put(self, job_id: str, body: dict[str, Any]) -> tuple[Job, bool]:
        """The job and whether it is new.

        Raises ``Invalid``, ``Unusable``, ``Conflict``, ``Full`` and :class:`Draining`.
        """
        order = orders.read(body)
        rehearsals.at_the_door(order.rehearse, allowed=self._rehearses)
        if self.draining:
            raise Draining
        return self.board.put(job_id, body, order)

    def end(self, job: Job, failure: Failure) -> bool:
        """Fail a job from outside and stop the work on it; False when it had ended before."""
        ended = self.board.fail(job, failure)
        running = self._running.get(job.job_id)
        if ended and running is not None:
            running.cancel()
        return ended

    def output(self, job: Job) -> Path | None:
        """The kept picture of a job that succeeded without an upload address."""
        path = self._runner.output(job)
        return path if job.status == "SUCCESS" and path.is_file() else None

    async def drain(self) -> None:
        """Refuse new work and give what is running a moment to finish."""
        self.draining = True
        self.board.wake()
        if self._running:
            await asyncio.wait(list(self._running.values()), timeout=_DRAIN_S)

    async def close(self) -> None:
        """Stop everything; what has not ended stays in the journal and starts over next time."""
        for task in (*self._tasks, *self._running.values()):
            task.cancel()
        await asyncio.gather(*self._tasks, *self._running.values(), return_exceptions=True)
        await self.callbacks.close(_RING_S)
        await asyncio.gather(*(engine.stop() for engine in self.engines))
        await self._outgoing.close()

    async def _serve(self) -> None:
        while True:
            job = await self.board.next()
            if self._expired(job):
                continue
            work = self._running[job.job_id] = asyncio.create_task(self._runner.run(job))
            work.add_done_callback(partial(self._is_done, job.job_id))
            if job.order.rehearse is None:
                await asyncio.wait([work])
            # What is rehearsed may be a long wait, which takes no hand from others.

    def _is_done(self, job_id: str, work: "asyncio.Task[None]") -> None:
        if self._running.get(job_id) is work:
            del self._running[job_id]

    async def _sweep(self) -> None:
        while True:
            for job in self.board.live():
                self._expired(job)
            await asyncio.sleep(_SWEEP_S)

    def _expired(self, job: Job) -> bool:
        late = job.order.deadline <= datetime.now(UTC)
        if late:
            self.end(job, Failure("deadline_exceeded", "not done before the deadline", job.stage))
        return late

    async def _forget(self) -> None:
        while True:
            for job in self.board.forget_old():
                self._runner.output(job).unlink(missing_ok=True)
            await asyncio.sleep(_FORGET_S)
