"""One run: begin, let everything happen while clients work, let it become calm, and audit what is left."""

import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from config.embedded.process import Process
from tests.chaos import audit, journal, plan
from tests.chaos.auditor.samples import Samples
from tests.chaos.faults import Faults
from tests.chaos.journal import Tail
from tests.chaos.rig import Rig, RigError

_SAY_EVERY = 5.0
_QUIET_SECONDS = 30.0
_CALM_AT_LATEST = 20.0
_POSTED_AT_LATEST = 900.0
_UNFINISHED = "SELECT count(*) FROM workflows_job WHERE finished_at IS NULL"
_OUTCOMES = "SELECT status, coalesce(error_code, ''), count(*) FROM workflows_job GROUP BY 1, 2"


@dataclass
class Outcome:
    """What a run came to; `violations` is empty where every promise was kept."""

    plan: plan.Plan
    violations: list[str] = field(default_factory=list)
    jobs: dict[str, int] = field(default_factory=dict)
    kills: dict[str, int] = field(default_factory=dict)
    killed: dict[str, int] = field(default_factory=dict)
    others: dict[str, int] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    samples: int = 0
    seconds: dict[str, float] = field(default_factory=dict)


class Storm:
    """Runs once, on a rig that is up."""

    def __init__(self, rig: Rig, say: Callable[[str], None]) -> None:
        self.rig, self.say = rig, say
        self.outcome = Outcome(rig.plan)
        self.faults = Faults(rig)
        self._told = Tail(rig.journals / "clients.jsonl")
        self._counts: Counter[str] = Counter()
        self._say_at = 0.0
        self._started = time.monotonic()

    def run(self) -> Outcome:
        clients = self._start_clients()
        self.rig.wait_for(lambda: self._heard("begin"), "the clients' beginning")
        samples = Samples(self.rig.connect)
        if self.rig.plan.stormy:
            self.rig.tell("proxy", do="storm")
        self._blow(clients)
        self._note_seconds("storm")
        calm_at = self._become_calm()
        self._wait_for_the_last(clients)
        self._note_seconds("calm")
        samples.close()
        self.outcome.samples = samples.taken
        self.outcome.violations += samples.violations()
        self._audit(calm_at)
        self._note_seconds("audit")
        self._count()
        return self.outcome

    def _start_clients(self) -> Process:
        settings = self.rig.journals / "clients.json"
        given: dict[str, Any] = {
            "url": self.rig.url,
            "clients": self.rig.clients,
            "seed": self.rig.plan.seed,
            "jobs": self.rig.plan.jobs,
            "rate": self.rig.plan.rate,
            "deadline": self.rig.plan.deadline,
            "journal": str(self.rig.journals / "clients.jsonl"),
            "mailbox": str(self.rig.folders.sockets / "clients.box"),
        }
        settings.write_text(json.dumps(given))
        return self.rig.start_own("clients", str(settings))

    def _blow(self, clients: Process) -> None:
        """Until everything is posted; where that takes far longer than asked, the rest is posted in calm."""
        end = time.monotonic() + 2 * self.rig.plan.jobs / self.rig.plan.rate + _CALM_AT_LATEST
        try:
            while not self._heard("posted") and time.monotonic() < end:
                self._expect(clients)
                if self.rig.plan.stormy:
                    self.faults.step()
                time.sleep(0.05)
        except KeyboardInterrupt:
            self.say("Enough: no other order is begun.")
            self.rig.tell("clients", do="enough")

    def _expect(self, clients: Process) -> None:
        if not clients.is_alive():
            raise RigError(f"the clients ended:\n{clients.end_of_log()}")
        self._progress()

    def _become_calm(self) -> datetime:
        self.faults.calm()
        for whom in ("zygote", "proxy", "studio"):
            self.rig.tell(whom, do="calm")
        self.say("The storm is over; what is unfinished has until its deadline.")
        return audit.now(self.rig)

    def _wait_for_the_last(self, clients: Process) -> None:
        """Until every job has ended and the clients have seen it, or neither can be hoped for any more."""
        end = time.monotonic() + _POSTED_AT_LATEST
        while time.monotonic() < end and not self._heard("finished"):
            if self._heard("posted"):
                end = min(end, time.monotonic() + self.rig.plan.deadline + _QUIET_SECONDS)
            self._expect(clients)
            time.sleep(0.1)
        if not self._heard("finished"):
            self.rig.tell("clients", do="finish")
            self.rig.wait_for(lambda: self._heard("finished"), "the clients' end")

    def _audit(self, calm_at: datetime) -> None:
        self.outcome.violations += audit.violations(self.rig, calm_at)
        with self.rig.connect() as database:
            for status, code, count in database.execute(_OUTCOMES):
                self.outcome.jobs[f"{status} {code}".strip()] = count

    def _count(self) -> None:
        told = Counter[str]()
        for line in self.rig.heard():
            if line["what"] == "killed":
                self.outcome.kills[line["point"]] = self.outcome.kills.get(line["point"], 0) + 1
                process = line["process"].partition(".")[0]
                self.outcome.killed[process] = self.outcome.killed.get(process, 0) + 1
            elif line["what"] in ("paused", "asked to end", "ended by itself", "clock wrong"):
                told[line["what"]] += 1
        for line in journal.read(self.rig.journals / "proxy.jsonl"):
            told[f"connection {line['fate']} COMMIT"] += 1
        for line in journal.read(self.rig.journals / "studio.jsonl"):
            if line["what"] == "spoilt":
                told[f"answer of Studio: {line['how']}"] += 1
        self.outcome.others = dict(told)
        self.outcome.faults = self.faults.counts
        self.outcome.answers = dict(self._counts)

    def _heard(self, what: str) -> bool:
        for line in self._told():
            self._counts[line["what"]] += 1
        return self._counts[what] > 0

    def _note_seconds(self, what: str) -> None:
        now = time.monotonic()
        self.outcome.seconds[what] = round(now - self._started, 1)
        self._started = now

    def _progress(self) -> None:
        if time.monotonic() < self._say_at:
            return
        self._say_at = time.monotonic() + _SAY_EVERY
        kills = sum(line["what"] == "killed" for line in self.rig.heard())
        faults = sum(self.faults.counts.values())
        self.say(f"{self._counts['accepted']} answers of 202, {kills} kills, {faults} faults")


def run(asked: plan.Plan, say: Callable[[str], None]) -> tuple[Outcome, Rig]:
    """A whole run, the servers' start and end included; the rig's folder is the caller's to remove."""
    began = time.monotonic()
    rig = Rig(asked)
    try:
        with rig:
            up = time.monotonic() - began
            say(f"The gateway is up after {up:.1f} s; everything is in {rig.folder}.")
            outcome = Storm(rig, say).run()
    except (KeyboardInterrupt, SystemExit):
        rig.remove()
        raise
    outcome.seconds = {"start": round(up, 1), **outcome.seconds, "all": round(time.monotonic() - began, 1)}
    return outcome, rig
