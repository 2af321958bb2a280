"""What happens to everything but the gateway's own processes, in an order that the seed deals."""

import contextlib
import random
import time
from collections.abc import Callable
from typing import Any

import kombu
import psycopg
from amqp import AMQPError
from kombu.exceptions import KombuError
from redis import RedisError

from tests.chaos import drawn, messages, servers
from tests.chaos.journal import Journal
from tests.chaos.rig import Rig

_LONG_RUN = 1000
_LIVE = "SELECT ulid_text(id) FROM workflows_job ORDER BY finished_at NULLS FIRST, id DESC LIMIT 300"
_BACKENDS = (
    "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
)


class Faults:
    """Deals one fault after another while `step` is called; `calm` mends whatever is still broken."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.dice = drawn.by(rig.plan.seed, "faults")
        self.journal = Journal(rig.journals / "faults.jsonl")
        self.counts: dict[str, int] = {}
        self._deck: list[Callable[[], None]] = []
        self._next_at = time.monotonic() + 2.0
        self._undo: list[tuple[float, Callable[[], Any]]] = []
        self._broken: set[str] = set()

    def step(self) -> None:
        """Mend what is due, break what is due."""
        now = time.monotonic()
        due = [entry for entry in self._undo if entry[0] <= now]
        self._undo = [entry for entry in self._undo if entry[0] > now]
        for _, mend in due:
            mend()
        if now >= self._next_at:
            self._next_at = now + self.dice.uniform(1.5, 6.0)
            self._deal()

    def calm(self) -> None:
        for _, mend in self._undo:
            mend()
        self._undo = []

    def _deal(self) -> None:
        if not self._deck:
            self._deck = [
                self.broker_killed,
                self.broker_frozen,
                self.broker_purged,
                self.messages_thrice,
                self.messages_poisoned,
                self.database_session_killed,
                self.database_stopped_at_once,
                self.database_killed,
                self.database_unreachable,
                self.studio_refuses,
                self.studio_fails,
                self.studio_throttles,
                self.storage_gone,
            ]
            self.dice.shuffle(self._deck)
        fault = self._deck.pop()
        try:
            fault()
        except (OSError, AMQPError, KombuError, RedisError, psycopg.Error) as error:
            # Something else is broken already: then this does not happen.
            self.journal.write("no fault", name=fault.__name__, why=str(error))

    def _note(self, name: str, **more: Any) -> None:
        self.counts[name] = self.counts.get(name, 0) + 1
        self.journal.write("fault", name=name, **more)

    def _later(self, what: str, shortest: float, longest: float, mend: Callable[[], Any]) -> float:
        seconds = self._seconds(shortest, longest)
        self._broken.add(what)

        def undo() -> None:
            mend()
            self._broken.discard(what)

        self._undo.append((time.monotonic() + seconds, undo))
        return seconds

    def _seconds(self, shortest: float, longest: float) -> float:
        """How long something stays broken: in a long run now and then beyond every deadline."""
        if self.rig.plan.jobs >= _LONG_RUN and self.dice.random() < 0.02:
            return self.dice.uniform(25.0, self.rig.plan.deadline + 5.0)
        return self.dice.uniform(shortest, longest)

    def broker_killed(self) -> None:
        if "broker" not in self._broken:
            self.rig.broker.kill()
            self._note("broker killed", seconds=self._later("broker", 0.2, 3.0, self.rig.broker.again))

    def broker_frozen(self) -> None:
        if "broker" not in self._broken:
            self.rig.broker.pause()
            self._note("broker frozen", seconds=self._later("broker", 1.0, 6.0, self.rig.broker.resume))

    def broker_purged(self) -> None:
        if "broker" not in self._broken:
            self.rig.broker.purge()
            self._note("broker purged")

    def messages_thrice(self) -> None:
        self._publish("messages thrice", messages.ring_thrice)

    def messages_poisoned(self) -> None:
        self._publish("messages poisoned", messages.poison)

    def _publish(
        self, name: str, publish: Callable[[kombu.Connection, list[str], random.Random], int]
    ) -> None:
        if "broker" in self._broken:
            return
        with self.rig.connect() as database:
            job_ids = [row[0] for row in database.execute(_LIVE)]
        with self.rig.broker.connection() as broker:
            self._note(name, messages=publish(broker, job_ids, self.dice))

    def database_session_killed(self) -> None:
        with self.rig.connect() as database:
            pids = [row[0] for row in database.execute(_BACKENDS)]
        if pids:
            servers.kill_session(self.dice.choice(pids))
            self._note("database session killed")

    def database_stopped_at_once(self) -> None:
        if "database" not in self._broken:
            servers.stop_at_once(self.rig.postgres)
            self._note("database stopped at once", seconds=self._database_later())

    def database_killed(self) -> None:
        if "database" not in self._broken:
            servers.kill(self.rig.postgres)
            self._note("database killed", seconds=self._database_later())

    def _database_later(self) -> float:
        return self._later("database", 0.0, 1.5, self.rig.postgres.start)

    def database_unreachable(self) -> None:
        seconds = self._seconds(0.5, 4.0)
        self.rig.tell("proxy", do="away", seconds=seconds)
        self._note("database unreachable", seconds=seconds)

    def studio_refuses(self) -> None:
        self._studio("refuse")

    def studio_fails(self) -> None:
        self._studio("500")

    def studio_throttles(self) -> None:
        self._studio("429")

    def _studio(self, mood: str) -> None:
        seconds = self._seconds(0.5, 2.5)
        self.rig.tell("studio", do="moody", mood=mood, seconds=seconds)
        self._note(f"studio answers {mood}" if mood != "refuse" else "studio refuses", seconds=seconds)

    def storage_gone(self) -> None:
        """A plain file stands where the folder was: nothing can be read or made there."""
        place = self.rig.folders.storage
        away = place.with_name("storage.away")
        if away.exists():
            return
        place.rename(away)
        place.touch()

        def back() -> None:
            with contextlib.suppress(FileNotFoundError):
                place.unlink()
            away.rename(place)

        self._note("storage gone", seconds=self._later("storage", 0.5, 3.0, back))
