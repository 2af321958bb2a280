"""Keeps processes up: starts them again with growing waits when they die, ends them in order."""

import threading
import time
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol

WATCH_SECONDS = 0.1
LOG_SECONDS = 5.0
FIRST_WAIT = 0.25
LONGEST_WAIT = 10.0
# Who has been up for so long is healthy again: its next death is a first one.
HEALTHY_SECONDS = 30.0


class Unit(Protocol):
    """What the supervisor needs of a process, or of a server that is more than one."""

    name: str

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def is_alive(self) -> bool: ...
    def ended_with(self) -> int | None: ...
    def sweep(self) -> None: ...
    def bound_log(self) -> None: ...


@dataclass
class _Watched:
    unit: Unit
    wanted: bool = False
    deaths: int = 0
    started_at: float = 0.0
    start_again_at: float | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)


class Supervisor:
    """Watches units from a thread of its own; use as a context manager, or call `open` and `close`."""

    def __init__(self, report: Callable[[str], None]) -> None:
        self._report = report
        self._watched: dict[str, _Watched] = {}
        # Children die with the thread that started them: one thread starts them all, and stays.
        self._spawner = ThreadPoolExecutor(1, "spawner")
        self._closing = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="watcher", daemon=True)
        self._watcher.start()

    def start(self, unit: Unit) -> None:
        """Start a unit and keep it up from now on. Raises what its own start raises."""
        watched = self._watched.setdefault(unit.name, _Watched(unit))
        with watched.lock:
            if watched.wanted and unit.is_alive():
                return
            self._spawn(watched)
            watched.wanted, watched.deaths = True, 0

    def stop(self, name: str) -> None:
        """End a unit and leave it so."""
        watched = self._watched.get(name)
        if watched is None:
            return
        with watched.lock:
            watched.wanted, watched.start_again_at = False, None
            watched.unit.stop()

    def close(self, order: Iterable[Collection[str]]) -> None:
        """End all units, group after group, those of a group together; then no thread is left."""
        self._closing.set()
        self._watcher.join()
        try:
            for names in order:
                with ThreadPoolExecutor(len(names)) as together:
                    list(together.map(self.stop, names))
        finally:
            self._spawner.shutdown()

    def _spawn(self, watched: _Watched) -> None:
        self._spawner.submit(watched.unit.start).result()
        watched.started_at, watched.start_again_at = time.monotonic(), None

    def _watch(self) -> None:
        logs_at = time.monotonic()
        while not self._closing.wait(WATCH_SECONDS):
            units = list(self._watched.values())
            for watched in units:
                with watched.lock:
                    self._look_after(watched)
            if time.monotonic() - logs_at > LOG_SECONDS:
                logs_at = time.monotonic()
                for watched in units:
                    watched.unit.bound_log()

    def _look_after(self, watched: _Watched) -> None:
        if not watched.wanted or watched.unit.is_alive():
            return
        now = time.monotonic()
        if watched.start_again_at is None:
            self._note_death(watched, now)
        elif now >= watched.start_again_at:
            self._start_again(watched)

    def _note_death(self, watched: _Watched, now: float) -> None:
        code = watched.unit.ended_with()
        watched.unit.sweep()
        if now - watched.started_at > HEALTHY_SECONDS:
            watched.deaths = 0
        wait = min(FIRST_WAIT * 2**watched.deaths, LONGEST_WAIT)
        watched.deaths += 1
        watched.start_again_at = now + wait
        self._report(f"{watched.unit.name} ended ({_meaning(code)}); starting again in {wait:g} s")

    def _start_again(self, watched: _Watched) -> None:
        try:
            self._spawn(watched)
        except (OSError, RuntimeError) as error:
            self._report(f"{watched.unit.name} did not start: {error}")
            self._note_death(watched, time.monotonic())


def _meaning(code: int | None) -> str:
    if code is None:
        return "no exit code"
    return f"signal {-code}" if code < 0 else f"exit code {code}"
