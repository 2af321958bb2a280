"""Cancel: it wins or loses as a whole; Studio is told to stop; the output is out of reach."""

import threading
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest
from celery import Celery
from django.db import connection

from clients import ulids
from config.celery import app as gateway
from tests import databases, waiting
from tests.lives.conftest import World
from tests.lives.scripted_studio import ScriptedStudio
from workflows import audit, dispatch, follow, results, scheduler, settle, tasks


def at_once(*calls: Callable[[], object]) -> list[object]:
    """What calls that begin at the same moment answer, each over its own connection, in their order."""
    gate = threading.Barrier(len(calls))
    answers: list[object] = [None] * len(calls)

    def one(position: int) -> None:
        try:
            gate.wait(10)
            answers[position] = calls[position]()
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(position,)) for position in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def cancel(world: World, job_id: str) -> int:
    return world.http.post(f"/v1/jobs/{job_id}/cancel", content_type="application/json").status_code


@pytest.mark.parametrize("_", range(4))
def test_many_requests_and_a_sweep_at_once(world: World, studio: ScriptedStudio, _: int) -> None:
    """Over HTTP, while a sweep is told SUCCESS: all hear of the same end, and it is booked once."""
    job_id = world.accept()
    dispatch.dispatch(job_id)
    studio.says(job_id, "SUCCESS", outputs=[world.deliver(job_id)])
    asking = [lambda: cancel(world, job_id)] * 4
    codes = at_once(*asking, lambda: follow.follow([job_id]))[:4]
    refunded = world.job(job_id).status == "FAILURE"
    assert codes == [200 if refunded else 409] * 4
    assert world.kinds(job_id) == (["CHARGE", "REFUND"] if refunded else ["CHARGE"])
    assert audit.audit().breaches == []


def test_the_output_of_a_cancelled_job_is_out_of_reach(world: World, studio: ScriptedStudio) -> None:
    job_id = world.accept()
    dispatch.dispatch(job_id)
    studio.says(job_id, "SUCCESS", outputs=[world.deliver(job_id)])
    assert cancel(world, job_id) == 200
    follow.follow([job_id])
    world.assert_refunded(job_id, "CANCELLED")
    key = results.delivery_key(world.job(job_id))
    for path in ("jobs", f"jobs/{job_id}", f"jobs/{job_id}/events", "renders"):
        assert key not in world.http.get(f"/v1/{path}").content.decode()
    assert world.http.get(f"/v1/renders/{job_id}").status_code == 404
    assert world.http.get(f"/files/{key}").status_code in (403, 404)
    for source in ({"source_image_s3_key": key}, {"source_render_public_id": job_id}):
        order = {**world.body, "source_image_s3_key": None, **source}
        again = world.http.post("/v1/background-swap-with-image", order, content_type="application/json")
        assert again.status_code == 422


def test_the_scheduler_hears_of_each_and_studio_is_told(world: World, studio: ScriptedStudio) -> None:
    job_ids = [world.accept() for _ in range(3)]
    for job_id in job_ids:
        dispatch.dispatch(job_id)
    heard: list[str] = []
    with scheduler._listening() as notices:
        for job_id in [*job_ids, *job_ids]:
            cancel(world, job_id)
        while told := notices():
            heard += told
    assert heard == job_ids
    tasks.stop_jobs(job_ids=heard)
    assert sorted(studio.stopped()) == job_ids
    assert {studio.jobs[job_id]["error"]["code"] for job_id in job_ids} == {"cancelled"}


@pytest.fixture
def scheduler_runs(world: World) -> Iterator[None]:
    """The scheduler's own loop; what it rings is done at once, in its thread, instead of by a worker."""
    app, stop = Celery("eager"), threading.Event()
    app.conf.task_always_eager = True
    app.set_default()

    def run() -> None:
        try:
            scheduler.run(stop)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    yield
    stop.set()
    thread.join()
    gateway.set_default()


def test_a_job_that_is_cancelled_is_stopped_at_studio(
    world: World, studio: ScriptedStudio, scheduler_runs: None
) -> None:
    job_id = world.accept()
    waiting.until(lambda: world.job(job_id).status == "IN_PROGRESS")
    assert cancel(world, job_id) == 200
    waiting.until(lambda: studio.stopped() == [job_id])
    world.assert_refunded(job_id, "CANCELLED")


def test_only_what_failed_and_had_been_sent_is_stopped(world: World, studio: ScriptedStudio) -> None:
    unsent, running, done = (world.accept() for _ in range(3))
    for job_id in (running, done):
        dispatch.dispatch(job_id)
    settle.succeed(done, {"artifacts": []})
    cancel(world, unsent)
    follow.stop([unsent, running, done, "01JD9Z6Q2V8M3R5T7W9Y1A3C5E"])
    assert studio.stopped() == []


def test_a_studio_that_has_lost_the_job_or_is_away_is_no_matter(world: World, studio: ScriptedStudio) -> None:
    job_ids = [world.accept() for _ in range(2)]
    for job_id in job_ids:
        dispatch.dispatch(job_id)
        cancel(world, job_id)
    studio.jobs.clear()
    follow.stop(job_ids)
    assert sorted(studio.stopped()) == job_ids
    for job_id in job_ids:
        studio.jobs[job_id] = {"status": "SUCCESS", "what": "is this"}
    follow.stop(job_ids)
    for job_id in job_ids:
        world.assert_refunded(job_id, "CANCELLED")


def test_a_job_that_is_cancelled_while_studio_is_asked_is_stopped(
    world: World, studio: ScriptedStudio
) -> None:
    job_id = world.accept()
    while_asked(studio, lambda: cancel(world, job_id))
    dispatch.dispatch(job_id)
    assert (studio.puts(), studio.stopped()) == ([job_id], [job_id])
    world.assert_refunded(job_id, "CANCELLED")


def while_asked(studio: ScriptedStudio, happens: Callable[[], object]) -> None:
    """Something happens after a PUT has reached Studio and before its answer is back."""
    answer = studio.answer

    def slowly(method: str, path: str, body: dict[str, object]) -> tuple[int, object]:
        said = answer(method, path, body)
        if method == "PUT":
            at_once(happens)
        return said

    studio.answer = slowly  # type: ignore[method-assign]


def test_a_held_account_is_a_503_and_the_job_goes_on(world: World, studio: ScriptedStudio) -> None:
    job_id = world.accept()
    with psycopg.connect(databases.Database(connection.settings_dict["NAME"]).url) as psql:
        account = ulids.to_uuid(world.account.id)
        psql.execute("SELECT 1 FROM billing_creditaccount WHERE id = %s FOR UPDATE", [account])
        began = time.monotonic()
        assert cancel(world, job_id) == 503
        assert time.monotonic() - began < 10
        psql.rollback()
    assert world.job(job_id).is_live
    assert cancel(world, job_id) == 200
    world.assert_refunded(job_id, "CANCELLED")
