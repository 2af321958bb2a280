"""One child process of the stack, with its log file, on a leash."""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded import leash

LOG_BYTES = 20 * 1024 * 1024


@dataclass
class Process:
    """A command that can be started again and again. It leads a process group of its own.

    `patience` is how many seconds it gets to end after SIGTERM; `files` are descriptors that it inherits.
    """

    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str]
    folder: Path
    log: Path
    patience: float = 10.0
    files: Sequence[int] = ()
    _child: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _log_start: int = 0

    @property
    def pid(self) -> int:
        """Number of the child that runs, or ran last. Raises ProcessLookupError before the first start."""
        if self._child is None:
            raise ProcessLookupError(f"{self.name} was never started")
        return self._child.pid

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._log_start = log.tell()
            self._child = subprocess.Popen(
                leash.command(self.command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=dict(self.environment),
                pass_fds=self.files,
                start_new_session=True,
            )

    def has_said(self, text: str) -> bool:
        """Whether this text is in the log of the child that runs."""
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            return self.is_alive() and text.encode() in log.read()

    def end_of_log(self, size: int = 2000) -> str:
        return self.log.read_bytes()[-size:].decode(errors="replace")

    def is_alive(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def ended_with(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        return self._child.poll() if self._child else None

    def stop(self) -> None:
        """Ask it to end, wait, and kill what is left of its group."""
        if self._child is None:
            return
        self.signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(self.patience)
        self.sweep()
        self._child.wait()

    def kill(self) -> None:
        """Kill the process itself, as a crash would; its own children are left to `sweep`."""
        self.signal(signal.SIGKILL)

    def pause(self) -> None:
        self.signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.signal(signal.SIGCONT)

    def signal(self, number: signal.Signals) -> None:
        if self._child:
            self._child.send_signal(number)

    def sweep(self) -> None:
        """Kill whatever is left of the group, so that a new start finds no half of the old one."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    def bound_log(self) -> None:
        """Keep the last LOG_BYTES in a neighbour file and begin anew; the child goes on appending."""
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            shutil.copyfile(self.log, self.log.with_suffix(".log.1"))
            os.truncate(self.log, 0)
            self._log_start = 0
