"""Ends of one job, and moves of one account, that begin at the same instant, each over its own connection."""

import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models.functions import Now

from assets import storage
from billing import ledger
from billing.models import CreditAccount, LedgerEntry
from clients import ulids
from studio_client import OutputFile, StudioJob
from tests.lives.conftest import World
from tests.lives.model_gateway import MANIFEST, PICTURE
from workflows import audit, follow, results, settle
from workflows.models import Job, JobEvent

ROUNDS = 1000
# Each end begins up to so many seconds after the bell: that is what makes all of them win at times.
JITTER = 0.003
THREADS, MOVES = 12, 25
# As accept writes it, with the terms of another job, an hour ago or now.
_ACCEPT = """
    INSERT INTO workflows_job (
        id, client_id, livemode, account_id, api_key_id, request_id, workflow, credits_cost, request, inputs,
        created_at, next_action_at, deadline_at)
    SELECT %(id)s, client_id, livemode, account_id, api_key_id, request_id, workflow, %(cost)s, request,
           inputs, now() - interval '1 hour', now(), now() + make_interval(secs => %(left)s)
    FROM workflows_job WHERE id = %(like)s
"""


def accepted(like: Job, cost: int, *, seconds_left: float) -> str:
    """The id of a job that is charged."""
    job_id = ulids.new()
    values: dict[str, Any] = {
        "id": ulids.to_uuid(job_id),
        "like": ulids.to_uuid(like.id),
        "cost": cost,
        "left": seconds_left,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ACCEPT, values)
        ledger.charge(
            like.account_id,
            cost,
            job_id=job_id,
            request_id=like.request_id,
            api_key_id=like.api_key_id,
            description="race",
        )
    return job_id


class Race:
    """Threads that begin each round together, with a head start or handicap that a seed decides."""

    def __init__(self, **runners: Callable[[], object]) -> None:
        self.runners, self.answers = runners, dict[str, object]()
        self.bell = threading.Barrier(len(runners) + 1)

    def _run(self, name: str, rounds: int) -> None:
        handicap, pause = random.Random(name), threading.Event()
        try:
            for _ in range(rounds):
                self.bell.wait(60)
                pause.wait(handicap.uniform(0, JITTER))
                self.answers[name] = self.runners[name]()
                self.bell.wait(60)
        except BaseException:
            self.bell.abort()
            raise
        finally:
            connection.close()

    def run(
        self,
        rounds: int,
        prepare: Callable[[], object] = lambda: None,
        look: Callable[[dict[str, object]], object] = lambda _: None,
    ) -> None:
        threads = [threading.Thread(target=self._run, args=(name, rounds)) for name in self.runners]
        for thread in threads:
            thread.start()
        try:
            for _ in range(rounds):
                prepare()
                self.bell.wait(60)
                self.bell.wait(60)
                look(self.answers)
        except BaseException:
            self.bell.abort()
            raise
        finally:
            for thread in threads:
                thread.join()


class Ends:
    """Cancel, success and deadline of one job after the other, whose picture has been delivered."""

    def __init__(self, like: Job) -> None:
        self.like, self.job = like, like
        self.won = dict[str, str]()

    def prepare(self) -> None:
        job_id = accepted(self.like, self.like.credits_cost, seconds_left=0)
        Job.objects.filter(id=job_id).update(status="IN_PROGRESS", started_at=Now(), attempt=1)
        self.job = Job.objects.get(id=job_id)
        storage.pictures().put(results.delivery_key(self.job), PICTURE, "image/jpeg")

    def cancel(self) -> bool:
        return settle.cancel(self.job.id)

    def succeed(self) -> None:
        """What a sweep does with the answer that it got before the bell."""
        follow.carry(self.job, StudioJob(self.job.id, "SUCCESS", 2, outputs=(OutputFile(**MANIFEST),)))

    def look(self, answers: dict[str, object]) -> None:
        ((status, code),) = Job.objects.filter(id=self.job.id).values_list("status", "error_code")
        winners = [name for name, has_won in answers.items() if has_won]
        winners += ["SUCCESS"] * (status == "SUCCESS")
        assert winners == [code or status]
        self.won[self.job.id] = winners[0]


@pytest.fixture
def like(world: World) -> Job:
    """A job that a request made, out of the way, with a balance of 100 credits left."""
    job_id = world.accept()
    assert settle.cancel(job_id)
    return world.job(job_id)


def test_of_cancel_success_and_deadline_at_the_same_instant_one_wins(world: World, like: Job) -> None:
    ledger.grant(world.account, 5 * ROUNDS, source="for the race")
    ends = Ends(like)
    race = Race(CANCELLED=ends.cancel, DEADLINE_EXCEEDED=settle.expire, SUCCESS=ends.succeed)
    race.run(ROUNDS, ends.prepare, ends.look)
    won = Counter(ends.won.values())
    assert won.total() == ROUNDS
    # Whoever never wins was not in the race.
    assert min(won[end] for end in race.runners) >= ROUNDS / 100, won
    assert world.balance() == 100 + 5 * (ROUNDS - won["SUCCESS"])
    assert audit.audit().breaches == []
    _assert_booked_and_told_once(ends.won)
    succeeded = {job_id for job_id, end in ends.won.items() if end == "SUCCESS"}
    _assert_shown(world, succeeded, ends.won.keys() - succeeded)


def _assert_booked_and_told_once(won: dict[str, str]) -> None:
    """One entry of each kind, one end in the timeline, and each success that came second counted once."""
    refunds = Counter(LedgerEntry.objects.filter(kind="REFUND").values_list("job_id", flat=True))
    ended = JobEvent.objects.filter(event_type__in=["succeeded", "failed"])
    ends = Counter(ended.values_list("job_id", "event_type"))
    late = JobEvent.objects.filter(extra__trouble="late_success")
    kept_out = Counter(late.values_list("job_id", flat=True))
    for job_id, end in won.items():
        failed = int(end != "SUCCESS")
        assert (refunds[job_id], kept_out[job_id]) == (failed, failed)
        assert (ends[job_id, "failed"], ends[job_id, "succeeded"]) == (failed, 1 - failed)


def _assert_shown(world: World, succeeded: set[str], refunded: set[str]) -> None:
    """All pictures lie in storage; a way leads to those alone that are paid for."""
    for path in ("jobs", "renders"):
        shown = "".join(_pages(world, path))
        assert {job_id for job_id in (succeeded | refunded) if f"/{job_id}/" in shown} == succeeded
    for job_id in sorted(refunded)[:20]:
        key = results.delivery_key(world.job(job_id))
        assert storage.pictures().stat(key) is not None
        looks = [world.http.get(f"/v1/{path}") for path in (f"jobs/{job_id}", f"jobs/{job_id}/events")]
        assert all(key not in look.content.decode() for look in looks)
        assert world.http.get(f"/v1/renders/{job_id}").status_code == 404
        assert world.http.get(f"/files/{key}").status_code == 403


def _pages(world: World, path: str) -> Iterator[str]:
    url: str | None = f"/v1/{path}?limit=200"
    while url:
        content = world.http.get(url).content.decode()
        yield content
        cursor = json.loads(content)["next_cursor"]
        url = cursor and f"/v1/{path}?limit=200&cursor={cursor}"


class Spender:
    """One thread's moves of the account that all share; `moved` is what went through, in credits."""

    def __init__(self, like: Job, number: int, staff: Sequence[Any]) -> None:
        self.like, self.name, self.staff = like, f"thread {number}", staff
        self.moved: list[int] = []
        self.live: list[tuple[str, int]] = []
        self.refused = 0
        self.chance = random.Random(number)

    def move(self) -> None:
        verb = self.chance.choice(
            [self.charge, self.charge, self.charge, self.refund, self.grant, self.adjust]
        )
        try:
            with transaction.atomic():
                self.moved.append(verb())
        except ledger.NotEnoughCredits:
            self.refused += 1

    def charge(self) -> int:
        cost = self.chance.randint(1, 9)
        self.live.append((accepted(self.like, cost, seconds_left=3600), cost))
        return -cost

    def refund(self) -> int:
        if not self.live:
            return self.charge()
        job_id, cost = self.live.pop()
        assert settle.fail(job_id, "NO_SUBJECT", "")
        return cost

    def grant(self) -> int:
        return ledger.grant(self.account(), 3, source=f"{self.name} {len(self.moved)}").amount

    def adjust(self) -> int:
        by, approver = self.staff
        credits = self.chance.choice([-8, 2])
        return ledger.adjust(self.account(), credits, reason=self.name, by=by, approved_by=approver).amount

    def account(self) -> CreditAccount:
        return CreditAccount.objects.get(id=self.like.account_id)


def test_many_threads_move_one_account_and_the_sum_is_exact(world: World, like: Job) -> None:
    staff = [get_user_model().objects.create(username=name) for name in ("first", "second")]
    spenders = [Spender(like, number, staff) for number in range(THREADS)]
    race = Race(**{spender.name: spender.move for spender in spenders})
    race.run(MOVES)
    moved = [credits for spender in spenders for credits in spender.moved]
    assert len(moved) + sum(spender.refused for spender in spenders) == THREADS * MOVES
    # Both sides of the limit were met.
    assert min(len(moved), THREADS * MOVES - len(moved)) > MOVES
    world.account.refresh_from_db()
    live = [cost for spender in spenders for _, cost in spender.live]
    assert (world.account.balance, world.account.seq) == (100 + sum(moved), 3 + len(moved))
    assert (world.account.in_flight, world.account.open_jobs) == (sum(live), len(live))
    assert audit.audit().breaches == []
