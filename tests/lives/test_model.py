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
from hypothesis.stateful import initialize, invariant, precondition, rule
from pytest_django import Settings

from studio_client import StudioClient
from tests import world as worlds
from tests.lives import breakage, model_comparison, model_gateway, scripted_studio
from tests.lives.model import Seen
from tests.lives.model_callers import Callers, any_of, some_jobs, which
from tests.lives.model_gateway import LONG, OTHER_MOVES, SUBMITS, SUCCESSES, SWEEPS, Call, Gateway, HeldStudio
from workflows import audit, dispatch, follow, scheduler, settle, studios

_FIRST, _, _LAST = os.environ.get("MODEL_SEEDS", "0-2").partition("-")
SEEDS = range(int(_FIRST), int(_LAST or _FIRST) + 1)
# Fewer than ten for each seed: beyond, many of them would be variations of others, which find less.
SETTINGS = hypothesis.settings(
    max_examples=9,
    stateful_step_count=30,
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
BEGINNINGS = ("accepted", "sent", "at Studio")
often = any_of([True, True, False])


class Lives(Callers):
    """Beside the client and staff: clocks, Studio, and the workers that are on the phone with it."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[Call, Callable[[Any], None]]] = []
        self.steps = 0

    @initialize(credits=some.integers(5, 30), jobs=some.lists(any_of(BEGINNINGS), min_size=1, max_size=3))
    def begin(self, credits: int, jobs: list[str]) -> None:
        self.staff(credits, "first", price=5, limit=1000)
        for far in jobs:
            self.order(None, "a", shut_out=None)
            if far != "accepted" and self.model.jobs:
                self.submit(self.a_job(0), "acts", held=far == "sent")

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

    @precondition(some_jobs)
    @rule(which=which, clock=any_of(["alarm", "alarm", "deadline", None]), heard=often)
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

    @rule()
    def expire(self) -> None:
        assert settle.expire() == self.model.expire()

    # What workers do.

    @precondition(some_jobs)
    @rule(which=which, rung=often, studio=any_of(["acts", "acts", *SUBMITS]), held=some.booleans())
    def dispatch(self, which: int, rung: bool, studio: str, held: bool) -> None:
        if rung:
            self.ring(self.a_job(which))
        self.submit(self.a_job(which), studio, held=held)

    @precondition(some_jobs)
    @rule(which=which, studio=any_of(["acts", *SUBMITS]))
    def claim_again(self, which: int, studio: str) -> None:
        """Where one is still on the phone, its lease has run out meanwhile."""
        self.dispatch(which, rung=True, studio=studio, held=True)

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

    @precondition(some_jobs)
    @rule(studio=any_of(["acts", "acts", *SWEEPS]), held=often)
    def follow(self, studio: str, held: bool) -> None:
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
        """Leaves the newest call on the phone; one worker stays free."""
        if not held or len(self.calls) == model_gateway.WORKERS:
            self.answer(-1, lost=False)

    @precondition(lambda self: bool(self.calls))
    @rule(which=which, lost=any_of([False, False, False, True]))
    def answer(self, which: int, lost: bool) -> None:
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

    @precondition(lambda self: bool(self.at_studio()))
    @rule(which=which, how=any_of(SUCCESSES), seen=often)
    def succeed(self, which: int, how: str, seen: bool) -> None:
        job_ids = self.at_studio()
        self.gateway.move(job_ids[which % len(job_ids)], how)
        if seen:
            self.sweep(list(self.model.jobs), "acts", held=False)

    @precondition(lambda self: bool(self.at_studio()))
    @rule(which=which, how=any_of(OTHER_MOVES), seen=often)
    def move(self, which: int, how: str, seen: bool) -> None:
        self.succeed(which, how, seen)

    @precondition(lambda self: bool(self.at_studio()))
    @rule(which=which, stopped=some.booleans())
    def forget(self, which: int, stopped: bool) -> None:
        """Studio is told to stop a job, if that has failed, or knows it no longer."""
        job_id = self.at_studio()[which % len(self.at_studio())]
        if stopped:
            self.model.stop(job_id)
            follow.stop([job_id])
        else:
            del self.gateway.studio.jobs[job_id]

    @precondition(some_jobs)
    @rule(which=which, version=any_of([0, 1, 99]), status=any_of(["SUCCESS", "FAILURE"]))
    def call_back(self, which: int, version: int, status: str) -> None:
        answer = model_gateway.call_back(self.a_job(which), version, status)
        assert answer.status_code == 204
        self.model.called_back(self.a_job(which), version, status)

    # What must be, after each step and at the end.

    @invariant()
    def as_the_model_has_it(self) -> None:
        self.steps += 1
        model_comparison.compare(self.owner, self.model)
        if self.steps % 5 == 0:
            assert audit.audit().breaches == []
        model_gateway.set_clocks(self.model.jobs)

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
        for number in range(len(self.model.jobs)):
            self.cancel(number)
        assert self.model.live == []
        model_comparison.compare_whole(self.owner, self.key, self.model, self.gateway.export)
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
