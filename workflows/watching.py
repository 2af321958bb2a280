"""Requests that wait for a job to change: for all of a process one small query each quarter of a second.

Of a process's threads half may wait. Whoever is let go asks the database itself what became of the job, so
being let go early does no harm: at the end of the process, or when the database can't be asked.
"""

import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog
from django.conf import settings
from django.db import Error, close_old_connections, connection

from clients import ulids

log = structlog.get_logger(__name__)

LONGEST_SECONDS = 30
_EACH_SECONDS = 0.25

_LOOK = """
    SELECT id, version, finished_at IS NULL, (
        SELECT coalesce(max(seq), 0) FROM workflows_jobevent WHERE job_id = job.id AND visibility = 'public')
    FROM workflows_job AS job WHERE id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """How far a job has come; `latest_seq` is of the events that its client sees."""

    version: int
    is_live: bool
    latest_seq: int


@dataclass(eq=False, slots=True)
class _Waiter:
    job_id: uuid.UUID
    until: Callable[[Seen], bool]
    let_go: threading.Event = field(default_factory=threading.Event)


class Watch:
    """The requests of one process that wait, and the thread that looks for them while there are any."""

    def __init__(self) -> None:
        # Whether the process is about to end; who serves it knows.
        self.is_ending: Callable[[], bool] = lambda: False
        self._lock = threading.Lock()
        self._waiters: set[_Waiter] = set()
        self._thread: threading.Thread | None = None

    def wait(self, job_id: str, until: Callable[[Seen], bool], seconds: float) -> None:
        """Returns when `until` is true of the job, after so many seconds, or earlier if need be.

        The calling thread must have no transaction open.
        """
        waiter = _Waiter(ulids.to_uuid(job_id), until)
        if not self._joins(waiter):
            return
        try:
            waiter.let_go.wait(seconds)
        finally:
            with self._lock:
                self._waiters.discard(waiter)
        # The server may have been away meanwhile: this thread's connection is looked at before it is used.
        close_old_connections()

    def _joins(self, waiter: _Waiter) -> bool:
        with self._lock:
            if self.is_ending() or len(self._waiters) >= max(1, settings.WEB_THREADS // 2):
                return False
            self._waiters.add(waiter)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._look_on, name="watching", daemon=True)
                self._thread.start()
            return True

    def _look_on(self) -> None:
        try:
            while waiters := self._who_waits():
                _tell(waiters)
                time.sleep(_EACH_SECONDS)
        except Error as error:
            log.warning("watching_interrupted", error=str(error).strip())
            with self._lock:
                self._let_all_go()
        finally:
            connection.close()

    def _who_waits(self) -> Sequence[_Waiter]:
        """Empty when this thread may end: whoever comes from now on starts another."""
        with self._lock:
            if self.is_ending():
                self._let_all_go()
            if not self._waiters:
                self._thread = None
            return list(self._waiters)

    def _let_all_go(self) -> None:
        for waiter in self._waiters:
            waiter.let_go.set()
        self._waiters.clear()
        self._thread = None


def _tell(waiters: Sequence[_Waiter]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, [list({waiter.job_id for waiter in waiters})])
        seen = {job_id: Seen(*rest) for job_id, *rest in cursor.fetchall()}
    for waiter in waiters:
        if waiter.job_id not in seen or waiter.until(seen[waiter.job_id]):
            waiter.let_go.set()


here = Watch()
