"""Crashes of PostgreSQL, as its own programs and the kernel know them."""

import contextlib
import os
import signal
import time
from pathlib import Path

from config.embedded import postgres


def kill_session(pid: int) -> None:
    """One session is killed, as for want of memory: the server ends all others and recovers by itself."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def stop_at_once(server: postgres.Server) -> None:
    """No checkpoint, no farewell: the next start recovers from the log."""
    _send(server, signal.SIGQUIT)


def kill(server: postgres.Server) -> None:
    """The postmaster and every process of its own are killed in the same moment."""
    postmaster = server.process.pid if server.process else 0
    family = [postmaster, *_children(postmaster)]
    for pid in family:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    if server.process:
        server.process.wait()
    end = time.monotonic() + 10
    while any(Path(f"/proc/{pid}/stat").exists() for pid in family) and time.monotonic() < end:
        time.sleep(0.01)


def _send(server: postgres.Server, number: signal.Signals) -> None:
    if server.process:
        server.process.send_signal(number)
        server.process.wait()


def _children(parent: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
