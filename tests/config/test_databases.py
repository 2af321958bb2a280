"""The rules of the tests themselves: their databases, and the network they may not reach."""

import socket

import pytest
from django.db import connection

from tests import databases, servers


def test_committed_db_is_a_database_of_its_own(committed_db: databases.Database) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        assert cursor.fetchone() == (committed_db.name,)
        with databases.as_owner():
            cursor.execute("CREATE TABLE left_behind ()")


def test_what_another_test_committed_is_not_there(committed_db: databases.Database) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('left_behind')")
        assert cursor.fetchone() == (None,)


def test_rolled_back_database_is_not_the_template(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        (name,) = cursor.fetchone()
    assert name.startswith("gateway_test_")
    assert name != databases.name_of("template")


def test_the_network_is_refused() -> None:
    with socket.socket() as outside, pytest.raises(servers.NetworkRefused):
        outside.connect(("192.0.2.1", 80))
