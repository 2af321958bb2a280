"""Settle: one of success, failure and deadline wins; money moves once, with the state."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from billing import ledger
from tests.lives import breakage
from tests.lives.conftest import World
from tests.lives.scripted_studio import ScriptedStudio
from workflows import audit, dispatch, settle
from workflows.models import WorkflowSetting


@pytest.fixture
def short(settings: Settings) -> None:
    settings.JOB_DEADLINE = timedelta(milliseconds=50)


def _wait_for_deadline() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.06)")


def test_past_the_deadline_a_job_ends_refunded(world: World, studio: ScriptedStudio, short: None) -> None:
    job_id = world.accept()
    _wait_for_deadline()
    assert settle.expire() == 1
    world.assert_refunded(job_id, "DEADLINE_EXCEEDED")
    assert settle.expire() == 0


def test_a_running_job_past_its_deadline_ends_refunded(
    world: World, studio: ScriptedStudio, settings: Settings
) -> None:
    settings.JOB_DEADLINE = timedelta(milliseconds=400)
    job_id = world.accept()
    dispatch.dispatch(job_id)
    assert world.job(job_id).status == "IN_PROGRESS"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.4)")
    settle.expire()
    world.assert_refunded(job_id, "DEADLINE_EXCEEDED")


def test_silence_until_the_deadline_is_said_so(
    world: World, studio: ScriptedStudio, settings: Settings
) -> None:
    settings.JOB_DEADLINE = timedelta(milliseconds=400)
    studio.submit = (500, "garbage")
    job_id = world.accept()
    dispatch.dispatch(job_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.4)")
    settle.expire()
    world.assert_refunded(job_id, "STUDIO_UNKNOWN")


def test_a_late_success_is_kept_out(world: World, studio: ScriptedStudio) -> None:
    job_id = world.accept()
    dispatch.dispatch(job_id)
    settle.fail(job_id, "DEADLINE_EXCEEDED", "late")
    assert settle.succeed(job_id, {"artifacts": []}) is False
    world.assert_refunded(job_id, "DEADLINE_EXCEEDED")


@pytest.mark.parametrize("_", range(5))
def test_of_success_and_failures_at_the_same_instant_one_wins(
    world: World, studio: ScriptedStudio, _: int
) -> None:
    job_id = world.accept()
    dispatch.dispatch(job_id)
    gate = threading.Barrier(6)
    won: list[bool] = []

    def race(settling: Callable[[], bool]) -> None:
        try:
            gate.wait()
            won.append(settling())
        finally:
            connection.close()

    contenders = [lambda: settle.succeed(job_id, {"artifacts": []})] * 3
    contenders += [lambda: settle.fail(job_id, "CANCELLED", "no longer wanted")] * 3
    threads = [threading.Thread(target=race, args=(contender,)) for contender in contenders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 5 + [True]
    refunded = world.job(job_id).status == "FAILURE"
    assert world.kinds(job_id) == (["CHARGE", "REFUND"] if refunded else ["CHARGE"])
    assert audit.audit().breaches == []


def test_a_crash_between_state_and_refund_leaves_neither(world: World, studio: ScriptedStudio) -> None:
    """The transaction of a settle is cut after the state moved: the job is live, and is settled later."""
    job_id = world.accept()
    breakage.sql(
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the refund dies'; END $$;"
        "CREATE TRIGGER die BEFORE INSERT ON billing_ledgerentry FOR EACH ROW EXECUTE FUNCTION die()"
    )
    with pytest.raises(Exception, match="the refund dies"):
        settle.fail(job_id, "NO_SUBJECT", "none")
    assert world.job(job_id).status == "NOT_STARTED"
    breakage.sql("DROP TRIGGER die ON billing_ledgerentry")
    assert settle.fail(job_id, "NO_SUBJECT", "none") is True
    world.assert_refunded(job_id, "NO_SUBJECT")


def test_the_last_credits_are_spent_once(world: World, studio: ScriptedStudio) -> None:
    """32 requests at once for a balance of 100 at 5 credits each: 20 are accepted."""
    gate = threading.Barrier(32)
    answers: list[int] = []

    def post() -> None:
        try:
            gate.wait()
            answer = world.http.post(
                "/v1/background-swap-with-image", world.body, content_type="application/json"
            )
            answers.append(answer.status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=post) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [202] * 20 + [402] * 12
    assert world.balance() == 0
    assert audit.audit().breaches == []


def test_a_refund_is_the_price_that_was_charged(world: World, studio: ScriptedStudio) -> None:
    job_id = world.accept()
    WorkflowSetting.objects.update(credits_cost=50)
    settle.fail(job_id, "NO_SUBJECT", "none")
    assert world.balance() == 100


def test_a_grant_does_not_touch_a_job(world: World, studio: ScriptedStudio) -> None:
    job_id = world.accept()
    ledger.grant(world.account, 7, source="more")
    assert world.balance() == 102
    assert world.kinds(job_id) == ["CHARGE"]
