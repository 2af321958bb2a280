"""Things that happen later, a few at a time, on threads of their own."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


class Clock:
    """Runs what it was given when its time has come."""

    def __init__(self, threads: int) -> None:
        self._later: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._news = threading.Condition()
        self._pool = ThreadPoolExecutor(threads)
        threading.Thread(target=self._run, daemon=True).start()

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        with self._news:
            heapq.heappush(self._later, (time.monotonic() + seconds, next(self._numbers), action))
            self._news.notify()

    def _run(self) -> None:
        while True:
            with self._news:
                left = self._later[0][0] - time.monotonic() if self._later else None
                if left is None or left > 0:
                    self._news.wait(left)
                    continue
                action = heapq.heappop(self._later)[2]
            self._pool.submit(action)
