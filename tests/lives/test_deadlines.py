"""Deadlines are kept for everybody, whatever is wrong with one job or one account."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from pytest_django import Settings

from billing.models import CreditAccount
from clients import ulids
from tests import databases
from tests.lives import breakage
from tests.lives.conftest import World
from workflows import settle


@pytest.fixture
def late(world: World, settings: Settings) -> list[str]:
    """Three jobs past their deadline, the one that ended first standing first."""
    settings.JOB_DEADLINE = timedelta(milliseconds=1)
    job_ids = [world.accept() for _ in range(3)]
    breakage.sql("SELECT pg_sleep(0.01)")
    return job_ids


def test_deadlines_end_the_others(world: World, late: list[str]) -> None:
    breakage.make_unsettleable(late[0])
    assert settle.expire() == 2
    assert settle.expire() == 0
    assert [world.job(job_id).status for job_id in late] == ["NOT_STARTED", "FAILURE", "FAILURE"]
    breakage.sql("DROP TRIGGER die ON workflows_job")
    assert settle.expire() == 1
    world.assert_refunded(late[0], "DEADLINE_EXCEEDED")


def test_more_bad_ones_than_a_round_takes_starve_nobody(
    world: World, late: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settle, "_EXPIRED_AT_ONCE", 1)
    breakage.make_unsettleable(late[0])
    assert (settle.expire(), settle.expire(), settle.expire()) == (1, 1, 0)


@contextmanager
def _locked(account: CreditAccount) -> Iterator[None]:
    """Somebody in psql looks at an account with FOR UPDATE and goes to lunch."""
    with psycopg.connect(databases.Database(connection.settings_dict["NAME"]).url) as psql:
        psql.execute(
            "SELECT 1 FROM billing_creditaccount WHERE id = %s FOR UPDATE", [ulids.to_uuid(account.id)]
        )
        yield
        psql.rollback()


def test_a_locked_account_does_not_hold_up_the_scheduler(
    world: World, late: list[str], settings: Settings
) -> None:
    with _locked(world.account):
        done = threading.Event()

        def expire() -> None:
            try:
                settle.expire()
                done.set()
            finally:
                connection.close()

        thread = threading.Thread(target=expire)
        thread.start()
        in_time = done.wait(5)
    thread.join()
    assert in_time
    settle.expire()
    for job_id in late:
        world.assert_refunded(job_id, "DEADLINE_EXCEEDED")
