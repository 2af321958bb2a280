"""The jobs of the scripted Studio and the work on them. Every side effect goes into its journal first."""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.chaos import drawn
from tests.chaos.journal import Journal
from tests.chaos.studio import callbacks, pictures, script
from tests.chaos.studio.clock import Clock

ENDED = ("SUCCESS", "FAILURE")


@dataclass
class Job:
    """One job as Studio knows it; `turn` tells the present work from work that was given up."""

    job_id: str
    order: dict[str, Any]
    script: script.Script
    status: str = "NOT_STARTED"
    version: int = 1
    error: dict[str, Any] | None = None
    outputs: list[dict[str, Any]] = field(default_factory=list)
    turn: int = 0
    failures: int = 0

    def shown(self) -> dict[str, Any]:
        return {
            "job_id": self.job_id,
            "fingerprint": self.order["fingerprint"],
            "status": self.status,
            "version": self.version,
            "progress": 1.0 if self.status == "SUCCESS" else 0.3,
            "stage": "render" if self.status == "IN_PROGRESS" else None,
            "outputs": self.outputs,
            "error": self.error,
            "warnings": [],
        }


class Board:
    """Takes orders, works on them as their scripts say, and answers how they stand."""

    def __init__(self, seed: int, journal: Journal, keys: dict[str, str]) -> None:
        self.seed, self.journal, self.keys = seed, journal, keys
        self.jobs: dict[str, Job] = {}
        self.forgotten: set[str] = set()
        self.lock = threading.RLock()
        self.clock = Clock(threads=12)
        self._dice = drawn.by(seed, "contradictions")

    def submit(self, job_id: str, order: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        with self.lock:
            job = self.jobs.get(job_id)
            if job is None:
                label = str(order.get("metadata", {}).get("pilot_brand", ""))
                job = self.jobs[job_id] = Job(job_id, order, script.of(self.seed, label))
                self.journal.write("taken", job_id=job_id, kind=job.script.kind)
                self._begin(job)
                return 201, job.shown()
            if job.order["fingerprint"] != order["fingerprint"]:
                return 409, refusal("job_id_conflict")
            job.order = order
            if job.error and job.error["retryable"]:
                self._move(job, "NOT_STARTED")
                self._begin(job)
            return 200, self._told(job)

    def states(self, job_ids: list[str]) -> dict[str, Any]:
        with self.lock:
            return {"jobs": [self._told(self.jobs[job_id]) for job_id in job_ids if job_id in self.jobs]}

    def cancel(self, job_id: str) -> tuple[int, dict[str, Any]]:
        with self.lock:
            job = self.jobs.get(job_id)
            if job is None:
                return 404, refusal("job_not_found")
            if job.status in ENDED:
                return 200, job.shown()
            if job.script.kind == "late":
                return 500, {}
            job.turn += 1
            self.journal.write("cancelled", job_id=job_id)
            self._fail(job, "cancelled")
            return 202, job.shown()

    def _told(self, job: Job) -> dict[str, Any]:
        """How the job stands; now and then something else, of one who contradicts himself."""
        shown = job.shown()
        if job.script.kind == "contradicts" and job.status == "SUCCESS" and self._dice.random() < 0.4:
            failed = refusal("worker_crashed", retryable=True)["error"]
            other = self._dice.choice(({"status": "IN_PROGRESS"}, {"status": "FAILURE", "error": failed}))
            return {**shown, "outputs": [], "version": 1, **other}
        return shown

    def _begin(self, job: Job) -> None:
        job.turn += 1
        turn, seconds = job.turn, job.script.seconds
        if job.script.kind == "late":
            deadline = datetime.fromisoformat(job.order["deadline"])
            seconds += max(0.0, (deadline - datetime.now(UTC)).total_seconds())
        self.clock.after(min(0.2, seconds / 2), lambda: self._take_up(job, turn))
        self.clock.after(seconds, lambda: self._end(job, turn))

    def _take_up(self, job: Job, turn: int) -> None:
        with self.lock:
            if job.turn != turn or job.status != "NOT_STARTED":
                return
            self.journal.write("begun", job_id=job.job_id)
            if job.script.kind == "forgets" and job.job_id not in self.forgotten:
                self.forgotten.add(job.job_id)
                job.turn += 1
                del self.jobs[job.job_id]
                self.journal.write("forgotten", job_id=job.job_id)
                return
            self._move(job, "IN_PROGRESS")
        self._call_back(job)

    def _end(self, job: Job, turn: int) -> None:
        with self.lock:
            if job.turn != turn or job.status in ENDED or job.script.kind == "never":
                return
            kind = job.script.kind
            failing = kind == "hopeless" or (kind == "retryable" and job.failures < job.script.tries)
            if kind == "terminal" or failing:
                self._fail(job, job.script.code, retryable=failing)
        if job.status != "FAILURE":
            self._finish(job, turn)
        self._call_back(job)

    def _finish(self, job: Job, turn: int) -> None:
        """The picture is made; SUCCESS only when storage has said yes, unless this one lies."""
        url = job.order["deliver_to"]["put_url"]
        if job.script.kind != "lies":
            self.journal.write("done", job_id=job.job_id)
            if not any(pictures.deliver(job.job_id, url) == 200 for _ in range(3)):
                with self.lock:
                    if job.turn == turn:
                        self._fail(job, "storage_unavailable", retryable=True)
                return
            self.journal.write(
                "delivered", job_id=job.job_id, sha256=pictures.described(job.job_id, url)["sha256"]
            )
        with self.lock:
            if job.turn == turn and job.status not in ENDED:
                job.outputs = [pictures.described(job.job_id, url)]
                self.journal.write("succeeded", job_id=job.job_id)
                self._move(job, "SUCCESS")
        if job.script.kind == "replaces":
            self.clock.after(1.0, lambda: self._replace(job.job_id, url))

    def _replace(self, job_id: str, url: str) -> None:
        self.journal.write("replaced", job_id=job_id, status=pictures.deliver(job_id, url, more=b"late"))

    def _fail(self, job: Job, code: str, *, retryable: bool = False) -> None:
        job.failures += 1
        self.journal.write("failed", job_id=job.job_id, code=code, retryable=retryable)
        self._move(job, "FAILURE", refusal(code, retryable=retryable)["error"])

    def _move(self, job: Job, status: str, error: dict[str, Any] | None = None) -> None:
        job.status, job.error, job.version = status, error, job.version + 1

    def _call_back(self, job: Job) -> None:
        callback, how = job.order.get("callback"), job.script.callbacks
        if not callback or how == "lost":
            return
        body = {"job_id": job.job_id, "version": job.version, "status": job.status}
        for _ in range(2 if how == "doubled" else 1):
            self.clock.after(0.0, lambda: callbacks.send(callback, self.keys, body))
        if how == "forged":
            lie = {**body, "version": 999, "status": "SUCCESS"}
            self.clock.after(0.0, lambda: callbacks.send(callback, self.keys, lie, forged=True))


def refusal(code: str, *, retryable: bool = False) -> dict[str, Any]:
    return {
        "error": {
            "code": code,
            "message": f"It was {code}.",
            "retryable": retryable,
            "stage": None,
            "reasons": [],
        }
    }
