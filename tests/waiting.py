"""Waiting for what other threads and processes do."""

import threading
import time
from collections.abc import Callable
from typing import Literal, TypeVar

_Found = TypeVar("_Found")


def until(look: Callable[[], _Found | Literal[False] | None], seconds: float = 20.0) -> _Found:
    """What ``look`` finds, as soon as it is neither None nor False; fails after ``seconds``."""
    end = time.monotonic() + seconds
    pause = threading.Event()
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        pause.wait(0.02)
    raise AssertionError(f"did not happen within {seconds} s")
