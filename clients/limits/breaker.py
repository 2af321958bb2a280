"""When to leave a server alone that does not answer, so that its trouble is not every request's."""

import threading
import time
from collections.abc import Callable

import redis
import structlog

log = structlog.get_logger(__name__)

PAUSE = 1.0
_LOG_EVERY = 10.0


class Breaker:
    """Once a server has failed nobody asks it, but a thread of our own each second, until it answers."""

    def __init__(self, look: Callable[[], object], haste: float) -> None:
        """`look` raises RedisError while the server is away. `haste`: seconds without any answer, after which
        nobody joins those who wait for one.
        """
        self._look = look
        self._haste = haste
        self._lock = threading.Lock()
        self._is_away = False
        self._asking = 0
        # Of the monotonic clock: the last answer, or since when somebody waits for one.
        self._silent_since = 0.0
        self._logged_at = float("-inf")

    def lets_ask(self) -> bool:
        """Whether to ask; whoever does says what he `heard`."""
        with self._lock:
            now = time.monotonic()
            if not self._asking:
                self._silent_since = now
            if self._is_away or now - self._silent_since > self._haste:
                return False
            self._asking += 1
            return True

    def heard(self, failure: Exception | None = None) -> None:
        with self._lock:
            self._asking -= 1
            if failure is None:
                self._silent_since = time.monotonic()
                return
            if self._is_away:
                return
            self._is_away = True
        self._warn(failure)
        threading.Thread(target=self._wait_for_it, name="rate-limits", daemon=True).start()

    def _wait_for_it(self) -> None:
        pause = threading.Event()
        try:
            while not pause.wait(PAUSE) and not self._is_back():
                pass
        finally:
            self._is_away = False

    def _is_back(self) -> bool:
        try:
            self._look()
        except redis.RedisError as error:
            self._warn(error)
            return False
        log.info("rate_limits_available")
        return True

    def _warn(self, error: Exception) -> None:
        now = time.monotonic()
        if now - self._logged_at >= _LOG_EVERY:
            self._logged_at = now
            log.warning("rate_limits_unavailable", error=str(error), effect="requests go on unlimited")
