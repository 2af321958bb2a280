"""Kills the process it runs in just before a named line: no branch in the product, nothing replaced."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from tests.chaos import points
from tests.chaos.journal import Journal

Tracer = Callable[[FrameType, str, Any], Any]


def arm(point: points.Point, passing: int, journal: Journal, process: str) -> None:
    """From now on, in this thread and every later one, the nth passing of the point's line is the end."""
    code, line = point.line()
    left = [passing]

    def in_function(frame: FrameType, event: str, _: object) -> Tracer:
        if event == "line" and frame.f_lineno == line:
            left[0] -= 1
            if left[0] == 0:
                journal.write("killed", process=process, point=point.name, pid=os.getpid())
                os.kill(os.getpid(), signal.SIGKILL)
        return in_function

    def entering(frame: FrameType, event: str, _: object) -> Tracer | None:
        return in_function if frame.f_code is code else None

    threading.settrace(entering)
    sys.settrace(entering)
