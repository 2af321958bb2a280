"""The gateway that is held against the model: real code, PostgreSQL and HTTP, moved one step at a time.

A call to Studio is held after Studio has acted and before its answer is back, so that anything can happen in
between. Only one thread runs at any moment: the same steps always do the same.
"""

import hashlib
import io
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from PIL import Image
from standardwebhooks import Webhook

from assets import storage
from assets.models import Background, OutputPreset
from clients import ulids
from studio_client import NotNow, OutcomeUnknown, Refused, StudioError
from tests import world as worlds
from tests.lives import scripted_studio
from tests.lives.model import Alarm, Job, Told
from tests.lives.scripted_studio import ScriptedStudio
from tests.world import World
from workflows import models as rows
from workflows import results, settle

Answer = tuple[int, Any]
WORKERS = 4
LONG = 120.0

BUSY: Answer = (503, {"error": scripted_studio.error("queue_full", retryable=True)})
REFUSAL: Answer = (422, {"error": scripted_studio.error("no_subject")})
BROKEN: Answer = (500, "half an ans")
# What Studio makes of a call: whether it acts, and what is answered in place of what it says.
SUBMITS: dict[str, tuple[bool, Answer | None]] = {
    "acts": (True, None),
    "acts, and the answer is lost": (True, BROKEN),
    "is away": (False, BROKEN),
    "is busy": (False, BUSY),
    "refuses": (False, REFUSAL),
}
SWEEPS = {name: SUBMITS[name] for name in ("acts", "is away", "is busy")}
# How Studio gets on with a job, whatever it had said of it before.
MOVES = (
    "picture",
    "picture",
    "picture",
    "no picture",
    "other picture",
    "lost picture",
    "no_subject",
    "engine_timeout",
    "engine_timeout",
    "internal",
    "works",
    "not at all",
)


def _jpeg() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 64), "green").save(file, "JPEG")
    return file.getvalue()


PICTURE = _jpeg()
MANIFEST: dict[str, Any] = {
    "url": "http://127.0.0.1/out.jpg",
    "sha256": hashlib.sha256(PICTURE).hexdigest(),
    "bytes": len(PICTURE),
    "width": 64,
    "height": 64,
    "format": "jpeg",
}


def has_picture(told: Told) -> bool:
    """Whether what Studio calls a success is one; every picture that it delivers here is the same."""
    return bool(told["outputs"] == [MANIFEST]) and storage.pictures().stat(_key(told["job_id"])) is not None


def _key(job_id: str) -> str:
    return results.delivery_key(rows.Job.objects.get(id=job_id))


@dataclass
class Call:
    """One call that a worker makes: what Studio answers, and when that may arrive."""

    answer: Answer | None = None
    arrived: threading.Event = field(default_factory=threading.Event)
    may_go_on: threading.Event = field(default_factory=threading.Event)
    done: "Future[None]" = field(default_factory=Future)

    def held(self, answer: Answer) -> Answer:
        self.answer = answer
        self.arrived.set()
        assert self.may_go_on.wait(LONG)
        return self.answer

    def lose(self) -> None:
        self.answer = BROKEN

    def go_on(self) -> None:
        """The answer arrives; returns when the worker has done what it does with it."""
        self.may_go_on.set()
        self.done.result(LONG)

    @property
    def meaning(self) -> Any:
        """What the answer says: to a submit an error or a job, to a sweep an error or jobs by id."""
        assert self.answer
        status, body = self.answer
        errors: dict[int, StudioError] = {
            422: Refused("no_subject", ""),
            503: NotNow("queue_full", ""),
            500: OutcomeUnknown(""),
        }
        if status < 300 and "jobs" in body:
            return {row["job_id"]: row for row in body["jobs"]}
        return errors.get(status, body)


class HeldStudio(ScriptedStudio):
    """Holds the next submit or batch question for `call`; `instead` is answered in place of what it says."""

    call: Call | None = None
    instead: Answer | None = None
    acts = True

    def status_of(self, job_id: str) -> str | None:
        return self.jobs[job_id]["status"] if job_id in self.jobs else None

    def answer(self, method: str, path: str, body: dict[str, Any]) -> Answer:
        if path.endswith("/cancel"):
            return super().answer(method, path, body)
        said = super().answer(method, path, body) if self.acts else BROKEN
        call, self.call = self.call, None
        assert call, "asked although no worker was let go"
        return call.held(self.instead or said)


@dataclass
class Gateway:
    """What all examples share; each has a client of its own."""

    studio: HeldStudio
    pool: ThreadPoolExecutor
    background: Background
    preset: OutputPreset
    staff: tuple[Any, Any]
    export: Path
    happened: Counter[str] = field(default_factory=Counter)

    def new_world(self) -> World:
        owner = worlds.new_owner()
        return World(owner, self.background, self.preset, worlds.upload(owner))

    def start(self, work: Callable[[], None], *, acts: bool, instead: Answer | None) -> Call | None:
        """Lets a worker begin; None if it was done without a word to Studio."""
        call = self.studio.call = Call()
        self.studio.acts, self.studio.instead = acts, instead
        call.done = self.pool.submit(work)
        call.done.add_done_callback(lambda _: call.arrived.set())
        assert call.arrived.wait(LONG)
        if call.answer is not None:
            return call
        self.studio.call = None
        call.done.result(LONG)
        return None

    def clear(self, calls: list[Call]) -> None:
        """What an example that was broken off leaves must not be due in the next one."""
        for call in calls:
            call.go_on()
        for job in rows.Job.objects.filter(finished_at=None):
            settle.cancel(job.id)
        open_pace()

    def move(self, job_id: str, how: str) -> None:
        """One of `MOVES`."""
        if how == "works":
            self.studio.says(job_id, "IN_PROGRESS", stage="matte", progress=0.5)
        elif how == "lost picture":
            storage.pictures().delete(_key(job_id))
            self.studio.says(job_id, "SUCCESS", outputs=[MANIFEST])
        elif how.endswith("picture"):
            outputs = {"picture": [MANIFEST], "other picture": [{**MANIFEST, "sha256": "0" * 64}]}
            storage.pictures().put(_key(job_id), PICTURE, "image/jpeg")
            self.studio.says(job_id, "SUCCESS", outputs=outputs.get(how, []))
        elif how != "not at all":
            self.studio.fails(job_id, how)


@contextmanager
def workers() -> Iterator[ThreadPoolExecutor]:
    """Threads that keep their connections to the database from call to call."""
    with ThreadPoolExecutor(WORKERS) as pool:
        yield pool
        together = threading.Barrier(WORKERS)

        def leave() -> None:
            together.wait(LONG)
            connection.close()

        for _ in range(WORKERS):
            pool.submit(leave)


def call_back(job_id: str, version: int, status: str) -> worlds.Answer:
    """Studio's signed message that a job has news."""
    body = json.dumps({"job_id": job_id, "version": version, "status": status})
    moment = datetime.now(UTC)
    (secret,) = settings.STUDIO_CALLBACK_KEYS.values()
    headers = {
        "Webhook-Id": "m1",
        "Webhook-Timestamp": str(int(moment.timestamp())),
        "Webhook-Signature": Webhook(secret).sign("m1", moment, body),
    }
    return worlds.Api().request("POST", "/internal/studio/callback", body.encode(), headers=headers)


_SECONDS = {
    Alarm.DUE: -1.0,
    Alarm.RUNG: 5.0,
    Alarm.LATER: 3600.0,
}
_SET_CLOCKS = """
    UPDATE workflows_job
    SET next_action_at = now() + make_interval(secs => alarm),
        lease_until = now() + make_interval(secs => lease)
    FROM unnest(%s::uuid[], %s::float[], %s::float[]) AS clocks (job_id, alarm, lease)
    WHERE id = job_id
"""
_OPEN_PACE = """
    UPDATE workflows_studiopace
    SET allowance = NULL, next_at = NULL, failures = 0, doubters = '{}', probe = NULL
"""


def open_pace() -> None:
    """Takes back a pause of the calls to Studio: it is about time alone."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_PACE)


def set_clocks(jobs: dict[str, Job]) -> None:
    """Sets alarms and leases as the model has them, so that no second that passes here matters."""
    live = {job_id: job for job_id, job in jobs.items() if job.is_live}
    ids = [str(ulids.to_uuid(job_id)) for job_id in live]
    alarms = [_SECONDS[job.alarm] for job in live.values()]
    leases = [3600.0 if job.leased else None for job in live.values()]
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_PACE)
        cursor.execute(_SET_CLOCKS, [ids, alarms, leases])
