"""How long a request waits for its client's account, so that one busy client does not take every thread.

Of a process's threads half may wait long for one account. The others soon give up, and once somebody has been
waiting for a while, more are refused at once. An account that nobody holds for long never gets there: each
request holds it for some milliseconds.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import Error

from clients.api import errors

LONG = 5.0
SHORT = 2.0
_LOCK_NOT_AVAILABLE = "55P03"

_lock = threading.Lock()
# When each of those that may wait long began, of the monotonic clock, by account.
_waiting: defaultdict[str, list[float]] = defaultdict(list)


@contextmanager
def of(account_id: str) -> Iterator[float]:
    """How many seconds a request may wait for each lock on its way. Raises ServiceUnavailable."""
    began = time.monotonic()
    if _joins(account_id, began):
        try:
            yield LONG
        finally:
            _leaves(account_id, began)
    else:
        yield SHORT


def ran_out(error: Error) -> bool:
    """Whether a statement ended since it got no lock in time; then nothing is in doubt."""
    return getattr(error.__cause__, "sqlstate", None) == _LOCK_NOT_AVAILABLE


def _joins(account_id: str, began: float) -> bool:
    with _lock:
        before = _waiting[account_id]
        if len(before) < max(1, settings.WEB_THREADS // 2):
            before.append(began)
            return True
        if began - min(before) > SHORT:
            raise errors.ServiceUnavailable(retry_after=2)
    return False


def _leaves(account_id: str, began: float) -> None:
    with _lock:
        _waiting[account_id].remove(began)
        if not _waiting[account_id]:
            del _waiting[account_id]
