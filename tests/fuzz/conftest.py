"""One database, and one client with something of everything, for all cases."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from billing.models import CreditAccount
from tests import databases
from tests import world as worlds
from tests.world import World

STATES = ("waiting", "running", "done", "failed")


@dataclass(frozen=True)
class Shop:
    """A client that no limit stops, and what its requests may name."""

    world: World
    # Where it stands in a request → what is there.
    known: dict[str, list[str]]


@pytest.fixture(scope="session")
def shop(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """Its commits are real, since schemathesis calls from threads of its own."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    with django_db_blocker.unblock(), _settings(tmp_path_factory.mktemp("storage")):
        database = databases.clone(f"{worker}_fuzz")
        with databases.using(database):
            yield _furnished()
        databases.drop(database)


def _settings(storage: Path) -> override_settings:
    place = {"BACKEND": "assets.storage.DiskStorage", "OPTIONS": {"location": str(storage)}}
    nowhere = "http://127.0.0.1:9"
    return override_settings(
        STORAGES={**settings.STORAGES, "default": place}, STUDIO_URL=nowhere, STUDIO_TEST_URL=nowhere
    )


def _furnished() -> Shop:
    world = worlds.make_world()
    worlds.grant(world.owner, 10**9)
    with databases.as_owner():
        CreditAccount.objects.update(open_jobs_limit=10**6)
    jobs = {state: worlds.dispatch(world, pilot_brand="alpine") for state in STATES}
    worlds.begin(jobs["running"])
    worlds.succeed(jobs["done"])
    worlds.fail(jobs["failed"])
    known = {
        "body.source_image_s3_key": [world.upload_key],
        "body.source_render_public_id": [jobs["done"].id],
        "body.background_image_public_id": [world.background.id],
        "body.output_preset": [world.preset.name],
        "path.public_id": [world.background.id, *(job.id for job in jobs.values())],
        "path.request_id": [job.request_id for job in jobs.values()],
    }
    return Shop(world, known)
