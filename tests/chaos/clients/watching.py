"""Watches every accepted job to its end, fetches what there is to fetch, and looks once more afterwards."""

import heapq
import itertools
import threading
import time

from tests.chaos.clients.calling import Calling

_THREADS = 3
_FIRST_LOOK, _LONGEST = 1.0, 8.0
_ONCE_MORE = 3.0


class Watching:
    """`watch` takes a job on; `left` is how many have not been seen through."""

    def __init__(self) -> None:
        self._due: list[tuple[float, int, Calling, str, float]] = []
        self._numbers = itertools.count()
        self._news = threading.Condition()
        self._known: set[str] = set()
        self._left = 0
        self._given_up = False
        for _ in range(_THREADS):
            threading.Thread(target=self._work, daemon=True).start()

    @property
    def left(self) -> int:
        with self._news:
            return self._left

    def wait(self) -> None:
        """Until every job that was taken on has been seen through, or somebody gives up."""
        with self._news:
            self._news.wait_for(lambda: not self._left or self._given_up)

    def give_up(self) -> None:
        with self._news:
            self._given_up = True
            self._news.notify_all()

    def watch(self, caller: Calling, job_id: str) -> None:
        with self._news:
            if job_id not in self._known:
                self._known.add(job_id)
                self._left += 1
                self._put(caller, job_id, _FIRST_LOOK)

    def _put(self, caller: Calling, job_id: str, wait: float) -> None:
        entry = (time.monotonic() + abs(wait), next(self._numbers), caller, job_id, wait)
        heapq.heappush(self._due, entry)
        self._news.notify_all()

    def _work(self) -> None:
        while True:
            with self._news:
                while not self._due or self._due[0][0] > time.monotonic():
                    self._news.wait(self._due[0][0] - time.monotonic() if self._due else None)
                _, _, caller, job_id, wait = heapq.heappop(self._due)
            next_wait = self._look(caller, job_id, wait)
            with self._news:
                if next_wait is None:
                    self._left -= 1
                    self._news.notify_all()
                else:
                    self._put(caller, job_id, next_wait)

    def _look(self, caller: Calling, job_id: str, wait: float) -> float | None:
        """When to look again; negative where the job has ended, None where there is nothing more to see."""
        job = caller.job(job_id)
        if job is None or not job["finished_at"]:
            return min(abs(wait) * 1.7, _LONGEST)
        if not caller.fetch(job):
            return -1.0
        return None if wait < 0 else -_ONCE_MORE
