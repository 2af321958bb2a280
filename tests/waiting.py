"""Waiting for what another process does."""

import threading
import time
from collections.abc import Callable


def until(is_so: Callable[[], object], seconds: float = 20.0) -> None:
    """Ask again and again until it is so; fails the test after `seconds`."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not is_so():
        assert time.monotonic() < deadline, f"still not so after {seconds:g} s"
        pause.wait(0.02)
