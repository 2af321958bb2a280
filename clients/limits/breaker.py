"""When to leave a server alone that does not answer, so that its trouble is not every request's."""

import threading
import time

import structlog

log = structlog.get_logger(__name__)

PAUSE = 1.0
_LOG_EVERY = 10.0


class Breaker:
    """After a failure nobody tries for a second; then one does, and the others wait for its word."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # Of the monotonic clock. None: all is well.
        self._try_at: float | None = None
        self._logged_at = float("-inf")

    def lets_try(self) -> bool:
        with self._lock:
            if self._try_at is None:
                return True
            now = time.monotonic()
            if now < self._try_at:
                return False
            self._try_at = now + PAUSE
            return True

    def failed(self, error: Exception) -> None:
        with self._lock:
            now = time.monotonic()
            self._try_at = now + PAUSE
            if now - self._logged_at < _LOG_EVERY:
                return
            self._logged_at = now
        log.warning("rate_limits_unavailable", error=str(error), effect="requests go on unlimited")

    def succeeded(self) -> None:
        with self._lock:
            if self._try_at is None:
                return
            self._try_at = None
        log.info("rate_limits_available")
