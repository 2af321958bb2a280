"""A scheduler that dies in the middle of a round, once it has sent as many messages as its argument says."""

import itertools
import os
import runpy
import signal
import sys
from types import FrameType

from config.embedded.bootstrap import ROOT

_rings = itertools.count()


def _die_before_a_ring(frame: FrameType, event: str, _: object) -> None:
    caller = frame.f_back
    rings = frame.f_code.co_name == "apply_async" and caller and caller.f_code.co_name == "_ring"
    if event == "call" and rings and next(_rings) == int(sent):
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    _, sent = sys.argv
    sys.argv = ["manage.py", "scheduler"]
    sys.settrace(_die_before_a_ring)
    runpy.run_path(str(ROOT / "manage.py"), run_name="__main__")
