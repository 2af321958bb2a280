"""Locks between processes, freed by the kernel when their holder dies, however it dies."""

import fcntl
import os
import sys
from pathlib import Path
from typing import Self


class Lock:
    """A file's lock, taken whole by one process or shared by many. The file says who took it whole last."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take(self) -> bool:
        """Take it whole, if nobody has it."""
        if not self._flock(fcntl.LOCK_EX):
            return False
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"`{' '.join(sys.argv[:2])}` (process {os.getpid()})".encode(), 0)
        return True

    def share(self) -> bool:
        """Take it together with others, if nobody has it whole."""
        return self._flock(fcntl.LOCK_SH)

    def holder(self) -> str:
        """Who took it whole last, for messages."""
        return self._path.read_text() or "another process"

    def free(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        os.close(self._file)

    def _flock(self, kind: int) -> bool:
        try:
            fcntl.flock(self._file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
