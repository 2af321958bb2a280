"""A process that has imported everything once and forks the gateway's processes, as often as they die.

A start of Django costs a second of CPU, a fork some milliseconds. It has no thread and no connection.
"""

import gc
import importlib
import json
import os
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.embedded import leash
from tests.chaos import birth, lives, points
from tests.chaos.journal import Journal
from tests.chaos.mailbox import Mailbox

LEASE_AND_MORE = 18.0
_LOOK = 0.02
_PATIENCE = 10.0
# Who ends by itself is not started again in a busy loop.
_AFTER_A_DEATH = 0.25
PRELOADED = (
    "config.celery",
    "config.wsgi",
    "config.management.commands.scheduler",
    "celery.__main__",
    "celery.bin.worker",
    "celery.concurrency.thread",
    "celery.apps.worker",
    "kombu.transport.redis",
    "kombu.transport.pyamqp",
    "gunicorn.app.wsgiapp",
    "gunicorn.workers.gthread",
    "workflows.api.urls",
    "django.contrib.admin",
    "config.urls",
)


@dataclass
class _Kept:
    """One process that is kept up, generation after generation."""

    name: str
    role: points.Role
    command: list[str]
    log: Path
    environment: dict[str, str]
    mortal: bool
    generation: int = 0
    pid: int = 0
    life: lives.Life = lives.QUIET
    next_lives: list[lives.Life] = field(default_factory=list)
    ends_at: float = 0.0
    paused: bool = False
    asked_to_end: bool = False
    may_start_at: float = 0.0


class Zygote:
    """`seed` draws the lives; `stormy` is whether there is anything to draw."""

    def __init__(self, folder: Path, mailbox: Path, seed: int) -> None:
        self.seed = seed
        self.stormy = True
        self.journal = Journal(folder / "processes.jsonl")
        self.journal_path = folder / "processes.jsonl"
        self.mailbox = Mailbox(mailbox)
        self.kept: dict[str, _Kept] = {}
        self.leaving = False

    def run(self) -> None:
        """Until told to stop, or alone."""
        self.journal.write("ready")
        while not (self.leaving and not any(kept.pid for kept in self.kept.values())):
            for order in self.mailbox.orders(_LOOK):
                getattr(self, order.pop("do"))(**order)
            self._bury()
            for kept in self.kept.values():
                self._look_after(kept)

    def start(self, name: str, role: points.Role, mortal: bool, **how: Any) -> None:
        """Keep a process up from now on."""
        self.kept[name] = _Kept(name, role, log=Path(how.pop("log")), mortal=mortal, **how)

    def once(self, name: str, command: list[str], output: str) -> None:
        """Run a command; its end is told in the journal."""
        pid = birth.fork(command, Path(output), {})
        _, status = os.waitpid(pid, 0)
        self.journal.write("done", name=name, code=os.waitstatus_to_exitcode(status))

    def arm(self, name: str, point: str, passing: int) -> None:
        """The next generation of a process dies at this point; the present one now."""
        self.kept[name].next_lives.append(birth.armed(point, passing))
        self._end(self.kept[name], "kill")

    def renew(self, name: str) -> None:
        """End the present generation; the next one has nothing to fear, unless there is a storm."""
        self._end(self.kept[name], "kill")

    def calm(self) -> None:
        """From now on nobody is killed: each process begins a last, quiet generation."""
        self.stormy = False
        for kept in self.kept.values():
            if kept.mortal:
                self._end(kept, "term")

    def stop(self, name: str = "") -> None:
        """End one process, or all and then ourselves."""
        self.leaving = self.leaving or not name
        for kept in [self.kept[name]] if name else list(self.kept.values()):
            kept.may_start_at = float("inf")
            if kept.pid:
                os.kill(kept.pid, signal.SIGCONT)
                os.kill(kept.pid, signal.SIGKILL)

    def again(self, name: str) -> None:
        """Start a process that was stopped."""
        self.kept[name].may_start_at = 0.0

    def _look_after(self, kept: _Kept) -> None:
        now = time.monotonic()
        if not kept.pid:
            if now >= kept.may_start_at and not self.leaving:
                self._bear(kept)
        elif now >= kept.ends_at:
            self._end(kept, "kill" if kept.asked_to_end else kept.life.end)

    def _bear(self, kept: _Kept) -> None:
        kept.generation += 1
        kept.life = self._life(kept)
        kept.paused = kept.asked_to_end = False
        kept.ends_at = time.monotonic() + kept.life.seconds
        stormy = self.stormy and kept.mortal
        web = birth.Web(self.seed, kept.name, stormy) if kept.role == "web" else None
        kept.pid = birth.fork(
            kept.command,
            kept.log,
            kept.environment,
            birth.Child(f"{kept.name}.{kept.generation}", kept.life, self.journal_path, web),
        )

    def _life(self, kept: _Kept) -> lives.Life:
        if kept.next_lives:
            return kept.next_lives.pop(0)
        if not self.stormy or not kept.mortal:
            return lives.QUIET
        if kept.role == "web":
            return lives.of_master(self.seed, kept.name, kept.generation)
        return lives.of(self.seed, kept.name, kept.role, kept.generation)

    def _end(self, kept: _Kept, how: lives.End) -> None:
        if not kept.pid:
            return
        who = f"{kept.name}.{kept.generation}"
        if kept.paused:
            kept.paused = False
            os.kill(kept.pid, signal.SIGCONT)
            kept.life, kept.ends_at = lives.QUIET, time.monotonic() + 2.0
            kept.asked_to_end = True
        elif how == "pause":
            self.journal.write("paused", process=who)
            os.kill(kept.pid, signal.SIGSTOP)
            kept.paused, kept.ends_at = True, time.monotonic() + LEASE_AND_MORE
        elif how == "term" and not kept.asked_to_end:
            self.journal.write("asked to end", process=who)
            os.kill(kept.pid, signal.SIGTERM)
            kept.asked_to_end, kept.ends_at = True, time.monotonic() + _PATIENCE
        else:
            self.journal.write("killed", process=who, point="any moment", pid=kept.pid)
            os.kill(kept.pid, signal.SIGKILL)
            kept.ends_at = float("inf")

    def _bury(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            for kept in self.kept.values():
                if kept.pid == pid:
                    self._dead(kept, os.waitstatus_to_exitcode(status))

    def _dead(self, kept: _Kept, code: int) -> None:
        killed = code == -signal.SIGKILL
        expected = killed or kept.asked_to_end or self.leaving
        kept.pid = 0
        how = "ended" if expected else "ended by itself"
        self.journal.write(how, process=f"{kept.name}.{kept.generation}", code=code)
        if kept.may_start_at != float("inf"):
            kept.may_start_at = 0.0 if expected else time.monotonic() + _AFTER_A_DEATH


def main() -> None:
    given = json.loads(sys.argv[1])
    import django

    django.setup()
    for name in (*PRELOADED, *given["preload"]):
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    leash.die_with_parent(signal.SIGKILL, os.getppid())
    Zygote(Path(given["folder"]), Path(given["mailbox"]), given["seed"]).run()


if __name__ == "__main__":
    main()
