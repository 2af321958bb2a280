"""The scheduler takes what is due, once, and needs no broker for what money depends on."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from celery import Celery
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from config.celery import app as gateway
from config.celery import transport_options
from tests.lives.conftest import World
from tests.lives.scripted_studio import ScriptedStudio
from workflows import callback, dispatch, follow, scheduler


@pytest.fixture
def broker_away() -> Iterator[None]:
    """The task's messages go to a port where nobody listens."""
    app = Celery("away", broker="redis://127.0.0.1:9/0")
    app.conf.broker_transport_options = transport_options("redis://")
    app.set_default()
    yield
    gateway.set_default()


def test_a_new_job_is_due_at_once_and_then_has_another_alarm(world: World, studio: ScriptedStudio) -> None:
    job_id = world.accept()
    assert scheduler._take_due() == ([job_id], [])
    assert scheduler._take_due() == ([], [])


def test_a_running_job_is_followed_and_one_to_resubmit_is_dispatched(
    world: World, studio: ScriptedStudio
) -> None:
    running, lost = world.accept(), world.accept()
    for job_id in (running, lost):
        dispatch.dispatch(job_id)
    studio.jobs.pop(lost)
    follow.follow([lost])
    for job_id in (running, lost):
        world.ring(job_id)
    assert scheduler._take_due() == ([lost], [running])


def test_two_schedulers_share_what_is_due(world: World, studio: ScriptedStudio) -> None:
    accepted = {world.accept() for _ in range(10)}
    gate = threading.Barrier(4)
    taken: list[str] = []

    def take() -> None:
        try:
            gate.wait()
            taken.extend(scheduler._take_due()[0])
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken))
    assert set(taken) <= accepted


def test_deadlines_are_kept_with_the_broker_away(
    world: World, studio: ScriptedStudio, settings: Settings, broker_away: None
) -> None:
    settings.JOB_DEADLINE = timedelta(milliseconds=1)
    late = world.accept()
    settings.JOB_DEADLINE = timedelta(minutes=1)
    waiting = world.accept()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.01)")
    scheduler.tick()
    scheduler.end_late()
    world.assert_refunded(late, "DEADLINE_EXCEEDED")
    assert world.job(waiting).status == "NOT_STARTED"
    assert world.job(waiting).next_action_at is not None


@pytest.fixture
def stranger() -> Iterator[None]:
    """A broker that fails in no way that Celery knows: its transport is not even installed."""
    Celery("strange", broker="nosuchtransport://127.0.0.1").set_default()
    yield
    gateway.set_default()


def test_no_failure_of_a_broker_ends_the_scheduler(
    world: World, studio: ScriptedStudio, stranger: None
) -> None:
    job_id = world.accept()
    scheduler.tick()
    assert world.job(job_id).next_action_at is not None


def test_a_callback_rings_only_for_news(world: World, studio: ScriptedStudio) -> None:
    job_id = world.accept()
    dispatch.dispatch(job_id)
    known = world.job(job_id).studio_version
    assert callback.ring(job_id, known) is False
    assert callback.ring(job_id, known + 1) is True
    assert scheduler._take_due() == ([], [job_id])


def test_a_callback_for_a_job_that_is_not_there_is_nothing(world: World, studio: ScriptedStudio) -> None:
    assert callback.ring("01JD9Z6Q2V8M3R5T7W9Y1A3C5E", 9) is False
    assert callback.ring("not an id", 9) is False


def test_partitions_of_the_next_months_stand(world: World, studio: ScriptedStudio) -> None:
    scheduler.add_partitions()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_inherits WHERE inhparent = 'request_logs'::regclass")
        assert cursor.fetchone()[0] >= 5
        cursor.execute("SELECT tableoid::regclass::text FROM request_logs")
        assert {row[0] for row in cursor.fetchall()} <= {f"request_logs_{n}" for n in _months()}


def _months() -> set[str]:
    return {timezone.now().strftime("%Y_%m")}
