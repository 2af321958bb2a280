"""The pace of a mode's Studio: one refusal pauses all, one job asks whether it is over, the others follow."""

import threading
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings as configured
from django.db import connection
from django.db.models.functions import Now
from pytest_django import Settings
from structlog.testing import capture_logs

from clients import ulids
from tests import world as worlds
from tests.lives import belt
from tests.lives.conftest import World
from tests.lives.scripted_studio import ScriptedStudio, error
from workflows import callback, dispatch, follow, pace, scheduler, settle, studios, tasks
from workflows.models import Job, StudioPace

SUBMITS = pace.Lane(pace.Step.DISPATCH, livemode=True)
FOLLOWS = pace.Lane(pace.Step.FOLLOW, livemode=True)
BUSY = (429, {"error": error("queue_full", retryable=True)})
LEASE = configured.DISPATCH_LEASE.total_seconds()
A_LONG_TIME = 400


def row(lane: pace.Lane = SUBMITS) -> StudioPace:
    return lane.row.get()


def at_once(call: Callable[[], object], times: int) -> None:
    gate = threading.Barrier(times)

    def one() -> None:
        try:
            gate.wait()
            call()
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def take_turn(lane: pace.Lane = SUBMITS) -> list[str]:
    return pace.take_turn(lane, lambda calls: scheduler._take_some(lane, calls))


def paused(world: World, studio: ScriptedStudio, jobs: int) -> list[str]:
    """Jobs of which the first was told that Studio is full; the others have not been tried."""
    job_ids = [world.accept() for _ in range(jobs)]
    studio.submit = BUSY
    dispatch.dispatch(job_ids[0])
    studio.asked.clear()
    return job_ids


def probe() -> str:
    """The job that is rung when the pause is over."""
    belt.pass_time(A_LONG_TIME)
    (job_id,) = take_turn()
    return job_id


def test_a_refused_connection_puts_the_rest_of_the_message_back(world: World, settings: Settings) -> None:
    job_ids = [world.accept() for _ in range(8)]
    settings.STUDIO_URL = "http://127.0.0.1:9"
    studios.of.cache_clear()
    scheduler._take_due()
    tasks.dispatch_jobs(job_ids=job_ids)
    assert [world.job(job_id).attempt for job_id in job_ids] == [1, 0, 0, 0, 0, 0, 0, 0]
    assert row().failures == 1
    assert scheduler._take_due() == ([], [])
    assert all(world.job(job_id).lease_until is None for job_id in job_ids)
    belt.pass_time(11)
    assert scheduler._take_due() == ([], []), "due again, but Studio is paused"


def test_a_slow_studio_does_not_hold_up_the_rest_of_the_message(
    world: World, studio: ScriptedStudio, settings: Settings
) -> None:
    job_ids = [world.accept() for _ in range(4)]
    answer, pause = studio.answer, threading.Event()

    def slowly(method: str, path: str, body: dict[str, object]) -> tuple[int, object]:
        pause.wait(0.4)
        return answer(method, path, body)

    studio.answer = slowly  # type: ignore[method-assign]
    settings.RING_AGAIN_AFTER = settings.RING_AGAIN_AFTER / 50
    tasks.dispatch_jobs(job_ids=job_ids)
    assert studio.puts() == job_ids[:1]
    belt.pass_time(1)
    assert set(scheduler._take_due()[0]) == set(job_ids[1:])


def test_of_many_failures_at_once_one_counts(world: World) -> None:
    job_ids = [ulids.new() for _ in range(10)]
    with capture_logs() as logs:
        at_once(lambda: pace.pause(SUBMITS, job_ids, "queue_full"), 10)
    assert row().failures == 1
    assert [line["event"] for line in logs] == ["studio_paused"]
    assert (logs[0]["mode"], logs[0]["step"], logs[0]["reason"]) == ("live", "dispatch", "queue_full")


def test_of_many_schedulers_one_sends_the_probe(world: World, studio: ScriptedStudio) -> None:
    paused(world, studio, 8)
    belt.pass_time(A_LONG_TIME)
    probes: list[str] = []
    at_once(lambda: probes.extend(take_turn()), 6)
    assert len(probes) == 1
    assert row().probe == probes[0]


def test_none_but_the_probe_may_ask(world: World, studio: ScriptedStudio) -> None:
    job_ids = paused(world, studio, 4)
    Job.objects.filter(id=job_ids[0]).update(next_action_at=Now() - timedelta(hours=1))
    chosen = probe()
    assert chosen != job_ids[0], (
        "one that has not failed is the better probe, though this one has waited longest"
    )
    others = [job_id for job_id in job_ids if job_id != chosen]
    before = [world.job(job_id) for job_id in others]
    tasks.dispatch_jobs(job_ids=others)
    assert studio.asked == []
    after = [world.job(job_id) for job_id in others]
    assert [(job.attempt, job.next_action_at) for job in after] == [
        (job.attempt, job.next_action_at) for job in before
    ]
    tasks.dispatch_jobs(job_ids=[chosen])
    assert studio.puts() == [chosen]


def test_a_failed_probe_makes_the_pause_longer_up_to_an_end(world: World, studio: ScriptedStudio) -> None:
    paused(world, studio, 2)
    with capture_logs() as logs:
        for _ in range(8):
            tasks.dispatch_jobs(job_ids=[probe()])
    waits = [line["seconds"] for line in logs if line["event"] == "studio_paused"]
    assert row().failures == 9
    for wait, longest in zip(waits, [2, 4, 8, 15, 15, 15, 15, 15], strict=True):
        assert longest / 2 <= wait <= longest


def test_a_good_answer_ends_the_pause_and_the_lots_grow(world: World, studio: ScriptedStudio) -> None:
    job_ids = paused(world, studio, 20)
    studio.submit = (201, None)
    with capture_logs() as logs:
        tasks.dispatch_jobs(job_ids=[probe()])
    assert "studio_resumed" in [line["event"] for line in logs]
    belt.pass_time(A_LONG_TIME)
    assert len(take_turn()) == 8
    belt.pass_time(-A_LONG_TIME)
    assert take_turn() == [], "the next lot goes out a second later"
    belt.pass_time(A_LONG_TIME + 1)
    assert len(take_turn()) == 11
    for _ in range(6):
        belt.pass_time(1)
        take_turn()
    assert (row().allowance, row().next_at, row().failures) == (None, None, 0)
    belt.pass_time(A_LONG_TIME)
    assert len(scheduler._take_due()[0]) == len(job_ids) - 1


def test_a_refusal_of_one_job_is_a_good_answer_to_a_probe(world: World, studio: ScriptedStudio) -> None:
    paused(world, studio, 2)
    chosen = probe()
    studio.submit = (422, {"error": error("no_subject")})
    tasks.dispatch_jobs(job_ids=[chosen])
    world.assert_refunded(chosen, "NO_SUBJECT")
    assert row().allowance == pace.FIRST_LOT


def test_a_worker_that_dies_with_the_probe_is_waited_for_as_long_as_a_lease(
    world: World, studio: ScriptedStudio
) -> None:
    paused(world, studio, 3)
    lost = probe()
    assert dispatch._claim(lost) is not None
    belt.pass_time(LEASE / 2)
    assert take_turn() == []
    belt.pass_time(LEASE / 2)
    (next_probe,) = take_turn()
    assert next_probe != lost
    studio.submit = (201, None)
    tasks.dispatch_jobs(job_ids=[lost])
    assert studio.asked == [], "it is not the probe any more"
    tasks.dispatch_jobs(job_ids=[next_probe])
    assert row().allowance == pace.FIRST_LOT


def test_one_job_that_studio_stumbles_over_stops_no_other(world: World, studio: ScriptedStudio) -> None:
    poison = world.accept()
    studio.submit = (500, "what")
    for _ in range(12):
        belt.pass_time(A_LONG_TIME)
        dispatch.dispatch(poison)
    assert world.job(poison).attempt == 12
    assert row().allowance is None


def test_several_jobs_without_an_answer_in_a_row_are_studios_trouble(
    world: World, studio: ScriptedStudio
) -> None:
    job_ids = [world.accept() for _ in range(10)]
    studio.submit = (500, "what")
    tasks.dispatch_jobs(job_ids=job_ids[:4])
    studio.submit = (201, None)
    tasks.dispatch_jobs(job_ids=job_ids[4:5])
    assert row().doubters == [], "a good answer between"
    studio.submit = (500, "what")
    tasks.dispatch_jobs(job_ids=job_ids[5:9])
    assert row().allowance is None
    tasks.dispatch_jobs(job_ids=job_ids[9:])
    assert row().allowance == 1


def test_a_full_queue_does_not_stop_the_following(world: World, studio: ScriptedStudio) -> None:
    running = world.accept()
    dispatch.dispatch(running)
    paused(world, studio, 1)
    studio.says(running, "SUCCESS", outputs=[world.deliver(running)])
    belt.pass_time(A_LONG_TIME)
    assert scheduler._take_due() == ([], [running])
    follow.follow([running])
    assert world.job(running).status == "SUCCESS"
    assert row().allowance == 1


def test_following_pauses_too_and_begins_again_with_one_call(world: World, studio: ScriptedStudio) -> None:
    running = [world.accept() for _ in range(3)]
    for job_id in running:
        dispatch.dispatch(job_id)
    pace.pause(FOLLOWS, running, "unreachable")
    studio.asked.clear()
    tasks.follow_jobs(job_ids=running)
    assert studio.asked == []
    with belt.running(1) as workers:
        belt.pass_time(A_LONG_TIME)
        workers.tick()
    assert [path for _, path, _ in studio.asked] == ["/v1/jobs:batchStatus"]
    assert row(FOLLOWS).allowance is not None
    assert row(FOLLOWS).failures == 0


def test_a_paused_live_mode_does_not_hold_up_test_mode(world: World, studio: ScriptedStudio) -> None:
    owner = worlds.new_owner(test_credits=100)
    body = {**world.body, "source_image_s3_key": worlds.upload(owner, livemode=False)}
    paused(world, studio, 3)
    studio.submit = (201, None)
    tested = owner.test_api.post(worlds.SWAP, body).json()["job_id"]
    belt.pass_time(A_LONG_TIME)
    assert scheduler._take_due() == ([tested], [])
    tasks.dispatch_jobs(job_ids=[tested])
    assert studio.puts() == [tested]
    assert row().allowance == 1


def test_while_paused_jobs_end_and_callbacks_ring(
    world: World, studio: ScriptedStudio, settings: Settings
) -> None:
    running = world.accept()
    dispatch.dispatch(running)
    settings.JOB_DEADLINE = settings.JOB_DEADLINE / 1_000_000
    late = world.accept()
    settings.JOB_DEADLINE = settings.JOB_DEADLINE * 1_000_000
    unwanted = world.accept()
    for lane in (SUBMITS, FOLLOWS):
        pace.pause(lane, [], "unreachable")
    studio.asked.clear()
    Job.objects.filter(id=running).update(next_action_at=Now() + timedelta(hours=1))
    assert callback.ring(running, 99) is True
    assert world.http.post(f"/v1/jobs/{unwanted}/cancel", content_type="application/json").status_code == 200
    scheduler.tick()
    scheduler.end_late()
    world.assert_refunded(late, "DEADLINE_EXCEEDED")
    world.assert_refunded(unwanted, "CANCELLED")
    settle.cancel(running)
    tasks.stop_jobs(job_ids=[running])
    assert studio.asked == [], "Studio has the deadline of what it does in vain"


def test_alarms_are_not_rewritten_while_paused(world: World, studio: ScriptedStudio) -> None:
    paused(world, studio, 5)
    before = list(Job.objects.order_by("id").values_list("next_action_at", flat=True))
    for _ in range(3):
        scheduler.tick()
    assert list(Job.objects.order_by("id").values_list("next_action_at", flat=True)) == before
