"""What must be: one client's account and jobs, told without a database, a queue or a clock.

Each verb is one thing that may happen; it changes what must be found afterwards. Time does not pass by
itself: an alarm goes off, a lease runs out and a deadline passes when a test says so.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from studio_client import NotNow, Refused, StudioError

Told = dict[str, Any]
# Of Studio's codes those that the scripts of these tests use: an end at once, an end the second time.
TERMINAL = frozenset({"no_subject", "cancelled"})
ONCE = frozenset({"engine_timeout"})


class Alarm(Enum):
    """DUE is for the scheduler to take, RUNG was taken and may still be claimed, LATER is out of reach."""

    DUE = "due"
    RUNG = "rung"
    LATER = "later"


@dataclass(frozen=True)
class Seen:
    """What a worker remembers of a job while it waits for Studio's answer."""

    attempt: int
    studio_version: int = 0


@dataclass
class Job:
    cost: int
    status: str = "NOT_STARTED"
    code: str | None = None
    attempt: int = 0
    studio_version: int = 0
    resubmit: bool = False
    leased: bool = False
    alarm: Alarm = Alarm.DUE
    overdue: bool = False
    trouble: str = ""
    troubles: set[tuple[str, int]] = field(default_factory=set)
    late_success: bool = False

    @property
    def is_live(self) -> bool:
        return self.status in ("NOT_STARTED", "IN_PROGRESS")

    @property
    def to_submit(self) -> bool:
        return self.status == "NOT_STARTED" or (self.status == "IN_PROGRESS" and self.resubmit)

    @property
    def to_follow(self) -> bool:
        return self.status == "IN_PROGRESS" and not self.resubmit

    @property
    def kinds(self) -> list[str]:
        return ["CHARGE", "REFUND"] if self.status == "FAILURE" else ["CHARGE"]


@dataclass
class Model:
    """What must be; `at_studio` is what Studio says of a job now, None if it knows none."""

    at_studio: Callable[[str], str | None]
    has_picture: Callable[[Told], bool]
    price: int
    open_jobs_limit: int
    balance: int = 0
    jobs: dict[str, Job] = field(default_factory=dict)
    entries: list[tuple[str, int]] = field(default_factory=list)
    answers: dict[str, tuple[str, str]] = field(default_factory=dict)
    sources: set[str] = field(default_factory=set)

    @property
    def live(self) -> list[str]:
        return [job_id for job_id, job in self.jobs.items() if job.is_live]

    @property
    def in_flight(self) -> int:
        return sum(self.jobs[job_id].cost for job_id in self.live)

    def post(self, kind: str, amount: int) -> None:
        self.balance += amount
        self.entries.append((kind, amount))

    def grant(self, credits: int, source: str) -> bool:
        if source in self.sources:
            return False
        self.sources.add(source)
        self.post("GRANT", credits)
        return True

    def adjust(self, credits: int) -> bool:
        if self.balance + credits < 0:
            return False
        self.post("ADJUSTMENT", credits)
        return True

    def judge(self, key: str | None, brand: str) -> tuple[int, str | None]:
        """What a request is answered: HTTP status, and the error code unless it is a 202."""
        if key in self.answers:
            return (202, None) if self.answers[key][0] == brand else (422, "IDEMPOTENCY_KEY_REUSED")
        if self.balance < self.price:
            return 402, "INSUFFICIENT_BALANCE"
        if len(self.live) >= self.open_jobs_limit:
            return 429, "TOO_MANY_JOBS_IN_FLIGHT"
        return 202, None

    def accept(self, job_id: str) -> None:
        self.jobs[job_id] = Job(cost=self.price)
        self.post("CHARGE", -self.price)

    def claim(self, job_id: str) -> Seen | None:
        job = self.jobs[job_id]
        if not job.to_submit or job.leased or job.overdue or job.alarm == Alarm.LATER:
            return None
        job.attempt, job.leased, job.alarm = job.attempt + 1, True, Alarm.LATER
        return Seen(job.attempt)

    def answered(self, job_id: str, seen: Seen, answer: Told | StudioError) -> None:
        """Studio's answer to a submit reaches whoever had claimed the job."""
        job = self.jobs[job_id]
        mine = job.is_live and job.attempt == seen.attempt
        if isinstance(answer, Refused):
            if mine:
                self.fail(job_id, answer.code.upper())
        elif isinstance(answer, StudioError):
            if mine:
                self._back_off(job, answer)
        elif mine:
            job.status, job.leased, job.resubmit, job.trouble = "IN_PROGRESS", False, False, ""
            job.studio_version, job.alarm = 0, Alarm.LATER
            self.carry(job_id, seen, answer)
        elif answer["status"] == "SUCCESS":
            self.keep_out(job_id)
        else:
            self.stop(job_id)

    def _back_off(self, job: Job, answer: StudioError) -> None:
        job.trouble = answer.code if isinstance(answer, NotNow) else "unknown"
        job.troubles.add((job.trouble, job.attempt))
        job.leased, job.alarm = False, Alarm.LATER

    def swept(self, seen: dict[str, Seen], told: dict[str, Told] | StudioError) -> None:
        """Studio's answer to a batch reaches a sweep that had read these jobs."""
        for job_id, as_seen in seen.items():
            job = self.jobs[job_id]
            if not isinstance(told, StudioError):
                self.carry(job_id, as_seen, told.get(job_id))
            elif self._stands(job, as_seen):
                job.trouble, job.alarm = "unknown", Alarm.LATER

    def carry(self, job_id: str, seen: Seen, told: Told | None) -> None:
        job = self.jobs[job_id]
        if told is None:
            self._ask_again(job, seen, "not_known")
        elif told["status"] == "SUCCESS":
            self._succeed(job_id, seen, has_picture=self.has_picture(told))
        elif told["status"] == "FAILURE":
            self._fail(job_id, seen, told["error"]["code"])
        elif self._stands(job, seen):
            job.studio_version = max(told["version"], job.studio_version)
            job.trouble, job.alarm = "", Alarm.LATER

    def _succeed(self, job_id: str, seen: Seen, *, has_picture: bool) -> None:
        job = self.jobs[job_id]
        if has_picture and job.status == "IN_PROGRESS":
            self._end(job, "SUCCESS")
        elif not has_picture and job.is_live and job.attempt == seen.attempt:
            self.fail(job_id, "RESULT_MISSING")
        else:
            self.keep_out(job_id)

    def _fail(self, job_id: str, seen: Seen, code: str) -> None:
        job = self.jobs[job_id]
        again = any(trouble == code and attempt < seen.attempt for trouble, attempt in job.troubles)
        if code not in TERMINAL and not (code in ONCE and again):
            self._ask_again(job, seen, code)
        elif job.is_live and job.attempt == seen.attempt:
            self.fail(job_id, code.upper())

    def _ask_again(self, job: Job, seen: Seen, trouble: str) -> None:
        if self._stands(job, seen):
            job.resubmit, job.trouble, job.alarm = True, trouble, Alarm.LATER
            job.troubles.add((trouble, seen.attempt))

    def _stands(self, job: Job, seen: Seen) -> bool:
        return job.to_follow and (job.attempt, job.studio_version) == (seen.attempt, seen.studio_version)

    def fail(self, job_id: str, code: str) -> bool:
        """Ends a live job and gives back what it cost; False if it had ended."""
        job = self.jobs[job_id]
        if not job.is_live:
            return False
        self._end(job, "FAILURE")
        job.code = code
        self.post("REFUND", job.cost)
        return True

    def _end(self, job: Job, status: str) -> None:
        job.status, job.leased, job.resubmit = status, False, False

    def stop(self, job_id: str) -> None:
        """Studio is told to stop a failed job, and may answer that it is done."""
        job = self.jobs[job_id]
        if job.status == "FAILURE" and job.attempt and self.at_studio(job_id) == "SUCCESS":
            self.keep_out(job_id)

    def keep_out(self, job_id: str) -> None:
        job = self.jobs[job_id]
        job.late_success |= job.status == "FAILURE" and job.code != "RESULT_MISSING"

    def ring(self, job_id: str) -> None:
        """The job's alarm goes off; that of a leased job is the end of its lease."""
        job = self.jobs[job_id]
        job.leased, job.alarm = False, Alarm.DUE

    def called_back(self, job_id: str, version: int, status: str) -> None:
        job = self.jobs[job_id]
        if job.status == "IN_PROGRESS" and job.studio_version < version and job.alarm != Alarm.DUE:
            job.alarm = Alarm.DUE
        elif status == "SUCCESS":
            self.keep_out(job_id)

    def expire(self) -> int:
        """How many jobs end since their deadline has passed."""
        overdue = [job_id for job_id in self.live if self.jobs[job_id].overdue]
        for job_id in overdue:
            silent = self.jobs[job_id].trouble == "unknown"
            self.fail(job_id, "STUDIO_UNKNOWN" if silent else "DEADLINE_EXCEEDED")
        return len(overdue)

    def take_due(self) -> tuple[set[str], set[str]]:
        """The jobs whose alarm has gone off: those to submit and those to follow."""
        due = [job_id for job_id in self.live if self.jobs[job_id].alarm == Alarm.DUE]
        for job_id in due:
            self.jobs[job_id].alarm = Alarm.RUNG
        to_submit = {job_id for job_id in due if self.jobs[job_id].to_submit}
        return to_submit, set(due) - to_submit

    def running(self, job_ids: Iterable[str]) -> dict[str, Seen]:
        """What a sweep reads of those of these jobs that it may follow."""
        jobs = {job_id: self.jobs[job_id] for job_id in job_ids}
        return {
            job_id: Seen(job.attempt, job.studio_version) for job_id, job in jobs.items() if job.to_follow
        }
