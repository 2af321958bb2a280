"""The partitions of the request log: nothing about them may stop the scheduler."""

import threading
from datetime import timedelta

from django.db import connection
from pytest_django import Settings

from tests import databases, waiting
from tests.lives import breakage
from tests.lives.conftest import World
from workflows import scheduler


def test_a_month_that_can_not_be_added_does_not_stop_the_scheduler(world: World, settings: Settings) -> None:
    settings.JOB_DEADLINE = timedelta(milliseconds=1)
    late = world.accept()
    breakage.sql(
        "DO $$ BEGIN EXECUTE (SELECT format('DROP TABLE %I; CREATE TABLE in_the_way PARTITION OF request_logs"
        " FOR VALUES FROM (%L) TO (%L)', to_char(m, '\"request_logs_\"YYYY_MM'),"
        " ulid_floor(m AT TIME ZONE 'UTC'), ulid_floor((m + interval '1 day') AT TIME ZONE 'UTC'))"
        " FROM date_trunc('month', (now() AT TIME ZONE 'UTC') + interval '3 months') AS m); END $$"
    )
    stop = threading.Event()

    def run() -> None:
        try:
            scheduler.run(stop)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        waiting.until(lambda: world.job(late).finished_at, seconds=5)
    finally:
        stop.set()
        thread.join()


def test_a_request_of_a_clock_that_was_far_off_does_not_stop_its_month(world: World) -> None:
    breakage.sql(
        "INSERT INTO request_logs (id, client_id, livemode, api_key_id, method, path, status, duration_ms)"
        " SELECT ulid_floor(now() + interval '5 months'), client_id, livemode, api_key_id, method, path,"
        " status, duration_ms FROM request_logs LIMIT 1"
    )
    breakage.sql("SELECT request_logs_add_month(now() + interval '5 months')")
    with databases.as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tableoid::regclass::text = to_char(now() AT TIME ZONE 'UTC' + interval '5 months',"
            " '\"request_logs_\"YYYY_MM'), (SELECT count(*) FROM request_logs_other)"
            " FROM request_logs ORDER BY id DESC LIMIT 1"
        )
        assert cursor.fetchone() == (True, 0)
    world.accept()


def test_two_schedulers_add_a_month_once(world: World) -> None:
    gate = threading.Barrier(4)
    names: list[str] = []

    def add() -> None:
        try:
            gate.wait()
            with connection.cursor() as cursor:
                cursor.execute("SELECT request_logs_add_month(now() + interval '5 months')")
                names.append(cursor.fetchone()[0])
        finally:
            connection.close()

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names) == 4
    assert len(set(names)) == 1
