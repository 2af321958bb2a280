"""Fixtures and rules of every test. Servers and environment: `tests/servers.py`."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import TestCase, TransactionTestCase
from pytest_django import DjangoDbBlocker

from tests import databases, scheduling, servers

# They need more than Python's packages, or more than minutes: each runs when it is named.
ONLY_WHEN_NAMED = ("browser", "chaos", "docs", "fuzz", "openapi", "rabbitmq", "sdk")
pytest_plugins = ["tests.world"]
TRUNCATING = {"transactional_db", "django_db_reset_sequences", "django_db_serialized_rollback", "live_server"}

_numbers = itertools.count()


def pytest_unconfigure() -> None:
    if servers.servers and servers.servers.postgres is None:
        databases.drop_all()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    here = Path(__file__).parent
    if collection_path.parent != here or collection_path.name not in ONLY_WHEN_NAMED:
        return None
    named = [
        Path(config.invocation_params.dir, argument.split("::")[0]).resolve() for argument in config.args
    ]
    return not any(path == collection_path or collection_path in path.parents for path in named) or None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    return scheduling.scenarios_together(config, log)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Refuse tests whose clean-up is a TRUNCATE: the ledger refuses it, and the rows would stay."""
    marker = item.get_closest_marker("django_db")
    truncates = bool(TRUNCATING & set(getattr(item, "fixturenames", ())))
    truncates |= marker is not None and bool(marker.kwargs.get("transaction"))
    test_class = getattr(item, "cls", None)
    if test_class and issubclass(test_class, TransactionTestCase) and not issubclass(test_class, TestCase):
        truncates = True
    if truncates:
        pytest.fail("This test would truncate the ledger, which refuses it: use the fixture committed_db.")


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database of this process for tests that are rolled back (fixture `db`)."""
    with django_db_blocker.unblock():
        database = databases.clone(os.environ.get("PYTEST_XDIST_WORKER", "gw0"))
        with databases.using(database):
            yield
        databases.drop(database)


@pytest.fixture
def committed_db(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[databases.Database]:
    """A database of this test's own, in which commits are real: for races, NOTIFY, triggers, processes."""
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        pytest.fail("Choose one: `db` rolls back, `committed_db` commits.")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    with django_db_blocker.unblock():
        database = databases.clone(f"{worker}_{next(_numbers)}")
        with databases.using(database):
            yield database
        databases.drop(database)
