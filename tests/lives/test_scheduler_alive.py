"""The scheduler outlives its connections to the database."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from tests import databases, waiting
from tests.lives.conftest import World
from workflows import scheduler


@pytest.fixture
def scheduling(world: World) -> Iterator[threading.Thread]:
    stop = threading.Event()

    def run() -> None:
        try:
            scheduler.run(stop)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    yield thread
    stop.set()
    thread.join()


def _cut_connections() -> int:
    """Cuts every connection to this database but our own; answers how many there were."""
    with databases.as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def test_cut_connections_are_made_again(
    world: World, settings: Settings, scheduling: threading.Thread
) -> None:
    settings.JOB_DEADLINE = timedelta(milliseconds=1)
    for _ in range(2):
        waiting.until(lambda: _cut_connections() >= 2)
    job_id = world.accept()
    waiting.until(lambda: world.job(job_id).finished_at)
    world.assert_refunded(job_id, "DEADLINE_EXCEEDED")
    assert scheduling.is_alive()
