"""The first moments of a forked process: its log, clock, life and crash point, and then its program."""

import os
import random
import runpy
import signal
import sys
import threading
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

import time_machine

from config.embedded import leash
from tests.chaos import lives, points, tracing
from tests.chaos.journal import Journal

# Of a master that is to lose workers at a point: all that it has at first, and no later one.
_FIRST_WORKERS = 2


@dataclass(frozen=True)
class Web:
    """A master of web workers: each draws a life in the storm, or the first take up the master's."""

    seed: int
    process: str
    stormy: bool


@dataclass(frozen=True)
class Child:
    """Who is born. `web` for a master of web workers."""

    process: str
    life: lives.Life
    journal: Path
    web: Web | None = None


def armed(point: str, passing: int) -> lives.Life:
    """A life that only this point ends."""
    return lives.Life(seconds=float("inf"), end="kill", point=points.BY_NAME[point], passing=passing)


def fork(command: list[str], log: Path, environment: dict[str, str], child: Child | None = None) -> int:
    """The pid of a new process that runs `command`, a command line of Python's without the interpreter."""
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        _settle_in(parent, log, environment)
        if child:
            _take_up(child)
        _run(command)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            sys.stderr.write(end.code + "\n")
    except Exception:
        traceback.print_exc()
        raise
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _settle_in(parent: int, log: Path, environment: dict[str, str]) -> None:
    os.setsid()
    leash.die_with_parent(signal.SIGKILL, parent)
    opened = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    errors = os.open(log.with_suffix(".log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(opened, 1)
    os.dup2(errors, 2)
    os.environ.update(environment)


def _take_up(child: Child) -> None:
    journal = Journal(child.journal)
    if child.life.clock:
        time_machine.travel(time.time() + child.life.clock, tick=True).start()
        journal.write("clock wrong", process=child.process, seconds=child.life.clock)
    if child.web:
        _foresee_workers(child, child.web, journal)
    elif child.life.point:
        tracing.arm(child.life.point, child.life.passing, journal, child.process)


def _foresee_workers(child: Child, web: Web, journal: Journal) -> None:
    """Every worker that this master forks begins with a life of its own."""
    born = [0]

    def count() -> None:
        born[0] += 1

    def begin() -> None:
        if web.stormy:
            number = int(child.process.rpartition(".")[2]) * 1000 + born[0]
            life = lives.of(web.seed, web.process, "web", number)
        else:
            life = child.life if born[0] <= _FIRST_WORKERS else lives.QUIET
        process = f"{child.process}.{born[0]}"
        if life.point:
            tracing.arm(life.point, life.passing, journal, process)
        if web.stormy:
            end = threading.Timer(life.seconds, _end, (process, journal))
            end.daemon = True
            end.start()

    os.register_at_fork(before=count, after_in_child=begin)


def _end(process: str, journal: Journal) -> None:
    journal.write("killed", process=process, point="any moment", pid=os.getpid())
    os.kill(os.getpid(), signal.SIGKILL)


def _run(command: list[str]) -> None:
    # Back-off and jitter of two children must not be the same.
    random.seed()
    if command[0] == "-m":
        sys.argv = command[1:]
        runpy.run_module(command[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = command
        runpy.run_path(command[0], run_name="__main__")
