"""One crash point at a time: the process dies there with an order in hand, which still ends right."""

import time
from dataclasses import dataclass

from tests.chaos import points
from tests.chaos.clients import patience
from tests.chaos.clients.calling import Calling
from tests.chaos.journal import Journal
from tests.chaos.rig import Rig
from tests.chaos.studio import script

_FIRES_WITHIN = 60.0
# What Studio makes of the order that is hit, where it is not just made.
_KINDS: dict[str, script.Kind] = {
    "in mid-batch of deadlines": "never",
    "expiring, not refunded": "never",
    "failing, not refunded": "terminal",
    "refunded, not committed": "terminal",
    "failed, message not acknowledged": "terminal",
    "to be submitted again, not written": "retryable",
    "cancelled, client not told": "never",
    "cancelled, Studio not told": "never",
}
_AT_DEADLINE = {"in mid-batch of deadlines", "expiring, not refunded"}
# A message to workers has up to eight jobs: nine make two.
_ORDERS = {"in mid-batch of rings": 9, "in mid-batch of deadlines": 2}
_PASSINGS = {"in mid-batch of rings": 2}


@dataclass(frozen=True)
class Trial:
    """A point, the jobs that were on their way when it fired, and how they have to end: status and code."""

    point: points.Point
    job_ids: tuple[str, ...]
    end: tuple[str, str | None]


class Trials:
    """Tries points one after another on a rig without a storm."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.journal = Journal(rig.journals / "clients.jsonl")
        self.callers = [Calling(rig.url, client, self.journal) for client in rig.clients]
        self.caller = self.callers[0]
        patience.prepare(self.caller)
        self.process = {"web": "web", "worker": "worker-1", "scheduler": "scheduler-1"}
        for name in ("worker-2", "scheduler-2"):
            rig.tell("zygote", do="stop", name=name)

    def one(self, point: points.Point) -> Trial:
        """Have the process of this point's role die there. Raises RigError if it never comes by."""
        kind = _KINDS.get(point.name, "good")
        name, passing = self.process[point.role], _PASSINGS.get(point.name, 1)
        if point.role == "scheduler":
            self._stop(name)
            labels, job_ids = self._post(point, kind)
            if point.name in _AT_DEADLINE:
                time.sleep(self.rig.plan.deadline + 0.5)
            self.rig.tell("zygote", do="arm", name=name, point=point.name, passing=passing)
            self.rig.tell("zygote", do="again", name=name)
        else:
            self.rig.tell("zygote", do="arm", name=name, point=point.name, passing=passing)
            labels, job_ids = self._post(point, kind)
        self.rig.wait_for(
            lambda: self._go_on(point, job_ids), f"the crash point «{point.name}»", _FIRES_WITHIN
        )
        self.rig.tell("zygote", do="renew", name=name)
        trial = Trial(point, job_ids, self._end_of(point, kind, labels[0]))
        if point.role == "scheduler":
            # The next trial begins without one.
            self.ended(trial)
        return trial

    def ended(self, trial: Trial) -> list[tuple[str, str | None]]:
        """How the jobs of a trial ended. Raises RigError for one that does not."""
        return [self._awaited(job_id) for job_id in trial.job_ids]

    def _awaited(self, job_id: str) -> tuple[str, str | None]:
        patience = self.rig.plan.deadline + 20.0
        end: tuple[str, str | None] = self.rig.wait_for(
            lambda: self._end(job_id), f"the end of {job_id}", patience
        )
        return end

    def _end(self, job_id: str) -> tuple[str, str | None] | None:
        job = self.caller.job(job_id)
        if job is None or not job["finished_at"] or not self.caller.fetch(job):
            return None
        return job["status"], (job["error"] or {}).get("code")

    def _end_of(self, point: points.Point, kind: script.Kind, label: str) -> tuple[str, str | None]:
        """By what the client asks for and Studio makes of it."""
        if point.name.startswith("cancelled"):
            return "FAILURE", "CANCELLED"
        if kind == "never":
            return "FAILURE", "DEADLINE_EXCEEDED"
        if kind == "terminal":
            return "FAILURE", script.of(self.rig.plan.seed, label).code.upper()
        return "SUCCESS", None

    def _stop(self, name: str) -> None:
        def ends() -> int:
            return sum(
                line["what"].startswith("ended") and line["process"].startswith(name)
                for line in self.rig.heard()
            )

        before = ends()
        self.rig.tell("zygote", do="stop", name=name)
        self.rig.wait_for(lambda: ends() > before, f"the end of {name}")

    def _post(self, point: points.Point, kind: script.Kind) -> tuple[list[str], tuple[str, ...]]:
        number = points.ALL.index(point) * 100
        wanted = _ORDERS.get(point.name, 1)
        labels = [self._label(kind, number + 10 * at) for at in range(wanted)]
        return labels, tuple(self._accepted(label) for label in labels)

    def _label(self, kind: script.Kind, number: int) -> str:
        """A label that makes Studio do this, and call back once."""
        labels = (f"{kind}: {at}" for at in range(number, number + 10))
        return next(label for label in labels if script.of(self.rig.plan.seed, label).callbacks == "sent")

    def _accepted(self, label: str) -> str:
        def accepted() -> str | None:
            answer = self.caller.order(label, f"key {label}".replace(" ", "-"))
            return str(answer.json()["job_id"]) if answer is not None and answer.status_code == 202 else None

        job_id: str = self.rig.wait_for(accepted, f"a 202 for {label}")
        return job_id

    def _go_on(self, point: points.Point, job_ids: tuple[str, ...]) -> bool:
        """Whether it has fired; until then the client does what leads there."""
        if point.name.startswith("cancelled") and self._is_running(point, job_ids[0]):
            self.caller.cancel(job_ids[0])
        elif point.role == "web":
            self.caller.job(job_ids[0])
        return any(line.get("point") == point.name for line in self.rig.heard())

    def _is_running(self, point: points.Point, job_id: str) -> bool:
        """Studio is told of a cancel only if it may have the job."""
        job = self.caller.job(job_id)
        return job is not None and (point.role == "web" or job["status"] == "IN_PROGRESS")
