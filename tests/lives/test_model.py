"""Any order of steps in the lives of jobs, held against a small model of what must be (Hypothesis).

A seed gives the same steps each time. More of them, or one alone, of which what fails is then made smaller:
`MODEL_SEEDS=3-999 python3 manage.py test -n 0 tests/lives/test_model.py`
`MODEL_SEEDS=57 python3 manage.py test -n 0 tests/lives/test_model.py`
"""

import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.contrib.auth import get_user_model
from hypothesis import Phase, stateful
from hypothesis import strategies as some
from hypothesis.stateful import initialize, invariant, rule
from hypothesis.strategies import SearchStrategy
from pytest_django import Settings

from studio_client import StudioClient
from tests import world as worlds
from tests.lives import breakage, model_comparison, model_gateway, scripted_studio
from tests.lives.model import Seen
from tests.lives.model_callers import Callers
from tests.lives.model_gateway import LONG, MOVES, SUBMITS, SWEEPS, Call, Gateway, HeldStudio
from workflows import audit, dispatch, follow, scheduler, settle, studios

_FIRST, _, _LAST = os.environ.get("MODEL_SEEDS", "0-2").partition("-")
SEEDS = range(int(_FIRST), int(_LAST or _FIRST) + 1)
# Fewer than ten for each seed: beyond, many of them would be variations of others, which find less.
SETTINGS = hypothesis.settings(
    max_examples=9,
    stateful_step_count=40,
    phases=[Phase.generate, *([Phase.shrink] if len(SEEDS) == 1 else [])],
    database=None,
    deadline=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)
# A model that never gets there proves nothing.
MUST_HAPPEN = {
    "accepted",
    "replayed",
    "IDEMPOTENCY_KEY_REUSED",
    "INSUFFICIENT_BALANCE",
    "fenced",
    "answered after its end",
    "late success",
    "SUCCESS",
    "CANCELLED",
    "DEADLINE_EXCEEDED",
    "NO_SUBJECT",
    "RESULT_MISSING",
}
BEGINNINGS = ("accepted", "sent", "at Studio", "at Studio")


def deed(name: str, **values: SearchStrategy[Any]) -> SearchStrategy[tuple[str, dict[str, Any]]]:
    """A method of `Lives` with its arguments."""
    return some.tuples(some.just(name), some.fixed_dictionaries(values))


any_of, boolean = some.sampled_from, some.booleans()
often, rarely = any_of([True, True, False]), any_of([False, False, False, True])
which = any_of([0, 0, 0, 1, 2])
# One rule for all deeds: of several, Hypothesis leaves out half in each example, and few jobs would get far.
DEEDS = [
    *[deed("answer", which=which, lost=lost) for lost in (some.just(False), rarely)],
    deed(
        "client",
        key=any_of([None, None, "k1", "k2"]),
        brand=any_of("aab"),
        shut_out=any_of([None, None, None, None, "revoked", "suspended"]),
        cancelled=any_of([None, None, None, 0]),
    ),
    deed(
        "staff",
        credits=some.integers(-10, 10).filter(bool),
        source=any_of(["first", "second", "", ""]),
        price=some.integers(1, 7),
        limit=any_of([1000, 1000, 2, 3]),
    ),
    deed("tick", which=which, clock=any_of(["alarm", "alarm", "alarm", "deadline", None]), heard=often),
    *[
        deed("dispatch", which=which, rung=often, move=any_of(MOVES), studio=any_of(studio), held=often)
        for studio in (["acts"], [*SUBMITS], [*SUBMITS])
    ],
    *[
        deed("follow", which=which, move=any_of(MOVES), studio=any_of(studio), held=boolean)
        for studio in (["acts"], ["acts"], [*SWEEPS])
    ],
    deed(
        "studio",
        which=which,
        what=any_of(["forgets", "is stopped", "old news", "news", "news"]),
        succeeded=boolean,
    ),
]


class Lives(Callers):
    """Beside the client and staff: clocks, Studio, and the workers that are on the phone with it."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[Call, Callable[[Any], None]]] = []
        self.steps = 0
        # What one example broke must not be found again in the next, which makes it smaller.
        self.broken_before = set(audit.audit().breaches)

    @initialize(credits=some.integers(10, 50), jobs=some.lists(any_of(BEGINNINGS), min_size=2, max_size=4))
    def begin(self, credits: int, jobs: list[str]) -> None:
        self.staff(credits, "first", price=5, limit=1000)
        for far in jobs:
            self.order(None, "a")
            if far != "accepted" and self.model.jobs:
                self.submit(self.a_job(0), "acts", held=far == "sent")

    @rule(deed=some.one_of(DEEDS))
    def step(self, deed: tuple[str, dict[str, Any]]) -> None:
        name, values = deed
        getattr(self, name)(**values)

    # What clocks do.

    def pass_deadline(self, job_id: str) -> None:
        job = self.model.jobs[job_id]
        if job.is_live and not job.overdue:
            breakage.spoil(job_id, "deadline_at = now()")
            job.overdue = True

    def ring(self, job_id: str) -> None:
        """An alarm goes off; that of a leased job is the end of its lease."""
        self.model.ring(job_id)
        model_gateway.set_clocks(self.model.jobs)

    def tick(self, which: int, clock: str | None, heard: bool) -> None:
        """Time passes for one job, then the scheduler makes a round; its messages may be lost."""
        if clock:
            (self.ring if clock == "alarm" else self.pass_deadline)(self.a_job(which))
        self.expire()
        to_submit, to_follow = scheduler._take_due()
        assert (set(to_submit), set(to_follow)) == self.model.take_due()
        for job_id in sorted(to_submit) if heard else ():
            self.submit(job_id, "acts", held=False)
        if heard:
            self.sweep(sorted(to_follow), "acts", held=False)

    def expire(self) -> None:
        assert settle.expire() == self.model.expire()

    # What workers do.

    def dispatch(self, which: int, rung: bool, move: str, studio: str, held: bool) -> None:
        """With a job that is on the phone already: its lease has run out, and it is claimed again."""
        job_id = self.a_job(which)
        if rung:
            self.ring(job_id)
        if job_id in self.at_studio():
            self.gateway.move(job_id, move)
        self.submit(job_id, studio, held=held)

    def submit(self, job_id: str, studio: str, *, held: bool) -> None:
        seen = self.model.claim(job_id)
        acts, instead = SUBMITS[studio]
        call = self.gateway.start(partial(dispatch.dispatch, job_id), acts=acts, instead=instead)
        assert (call is None) == (seen is None)
        if call and seen:
            self.count(f"submit: Studio {studio}")
            self.calls.append((call, partial(self.submitted, job_id, seen)))
            self.hold(held)

    def submitted(self, job_id: str, seen: Seen, answer: Any) -> None:
        job = self.model.jobs[job_id]
        if job.attempt != seen.attempt:
            self.count("fenced")
        elif not job.is_live:
            self.count("answered after its end")
        self.model.answered(job_id, seen, answer)

    def follow(self, which: int, move: str, studio: str, held: bool) -> None:
        known = self.at_studio()
        if known:
            self.gateway.move(known[which % len(known)], move)
        self.sweep(list(self.model.jobs), studio, held=held)

    def sweep(self, job_ids: list[str], studio: str, *, held: bool) -> None:
        seen = self.model.running(job_ids)
        acts, instead = SWEEPS[studio]
        call = self.gateway.start(partial(follow.follow, job_ids), acts=acts, instead=instead)
        assert (call is None) == (not seen)
        if call:
            self.count(f"sweep: Studio {studio}")
            self.calls.append((call, partial(self.model.swept, seen)))
            self.hold(held)

    def hold(self, held: bool) -> None:
        """Leaves the newest call on the phone; of too many, the oldest ends: one worker stays free."""
        if not held:
            self.answer(-1, lost=False)
        elif len(self.calls) == model_gateway.WORKERS:
            self.answer(0, lost=False)

    def answer(self, which: int, lost: bool) -> None:
        if not self.calls:
            return
        model_gateway.open_pace()
        call, apply = self.calls.pop(which % len(self.calls))
        if lost:
            call.lose()
        apply(call.meaning)
        call.go_on()

    # What Studio does.

    def at_studio(self) -> list[str]:
        """The jobs that Studio knows, first those that are followed."""
        known = [job_id for job_id in self.model.jobs if job_id in self.gateway.studio.jobs]
        return sorted(known, key=lambda job_id: not self.model.jobs[job_id].to_follow)

    def studio(self, which: int, what: str, succeeded: bool) -> None:
        """It forgets a job, is told to stop it, if that has failed, or calls back."""
        job_id = self.a_job(which)
        if what == "forgets":
            self.gateway.studio.jobs.pop(job_id, None)
        elif what == "is stopped":
            self.model.stop(job_id)
            follow.stop([job_id])
        else:
            version, status = 99 if what == "news" else 0, "SUCCESS" if succeeded else "FAILURE"
            assert model_gateway.call_back(job_id, version, status).status_code == 204
            self.model.called_back(job_id, version, status)

    # What must be, after each step and at the end.

    @invariant()
    def as_the_model_has_it(self) -> None:
        self.steps += 1
        model_comparison.compare(self.owner, self.model)
        if self.steps % 5 == 0:
            self.audit()
        model_gateway.set_clocks(self.model.jobs)

    def audit(self) -> None:
        assert set(audit.audit().breaches) - self.broken_before == set()

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:
                self.end()
        finally:
            self.gateway.clear([call for call, _ in self.calls])

    def end(self) -> None:
        """All answers come, all deadlines pass: nothing is left open, and what is shown is what was."""
        while self.calls:
            self.answer(0, lost=False)
        for job_id in self.model.live:
            self.pass_deadline(job_id)
        self.expire()
        self.cancel(self.a_job(0))
        assert self.model.live == []
        model_comparison.compare_whole(self.owner, self.key, self.model, self.gateway.export)
        self.audit()
        for job in self.model.jobs.values():
            self.count(job.code or job.status)
            self.gateway.happened["late success"] += job.late_success


@pytest.fixture
def gateway_here(
    committed_db: object,
    pictures: object,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[Gateway]:
    studio = HeldStudio()
    with scripted_studio.running(studio), model_gateway.workers() as pool:
        settings.STUDIO_URL = settings.STUDIO_TEST_URL = studio.url
        # An answer may be held for longer than a call may take.
        client = StudioClient(studio.url, "token", read_timeout=LONG, total_timeout=LONG)
        monkeypatch.setattr(studios, "of", lambda *, livemode: client)
        staff = [get_user_model().objects.create(username=name) for name in ("first", "second")]
        yield Gateway(
            studio,
            pool,
            background=worlds.new_background(),
            preset=worlds.new_preset(),
            staff=(staff[0], staff[1]),
            export=tmp_path / "entries.csv",
        )


def test_whatever_happens_the_gateway_does_what_the_model_says(
    gateway_here: Gateway, subtests: pytest.Subtests
) -> None:
    class Here(Lives):
        gateway = gateway_here

    for seed in SEEDS:
        with subtests.test(seed=seed):
            hypothesis.seed(seed)(Here)
            stateful.run_state_machine_as_test(Here, settings=SETTINGS)
    assert len(SEEDS) < 3 or set(+gateway_here.happened) >= MUST_HAPPEN
