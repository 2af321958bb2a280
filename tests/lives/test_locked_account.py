"""Somebody in psql looks at an account with FOR UPDATE and goes to lunch."""

import time
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection

from clients import ulids
from tests import databases
from tests.lives.conftest import World
from workflows.models import Job, RequestLog


@pytest.fixture
def locked(world: World) -> Iterator[None]:
    with psycopg.connect(databases.Database(connection.settings_dict["NAME"]).url) as psql:
        account = ulids.to_uuid(world.account.id)
        psql.execute("SELECT 1 FROM billing_creditaccount WHERE id = %s FOR UPDATE", [account])
        yield
        psql.rollback()


def test_its_requests_are_refused_before_they_fill_the_house(world: World, locked: None) -> None:
    began = time.monotonic()
    answer = world.http.post("/v1/background-swap-with-image", world.body, content_type="application/json")
    assert time.monotonic() - began < 10
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert RequestLog.objects.get(id=answer["X-Request-Id"]).status == 503
    assert not Job.objects.exists()
