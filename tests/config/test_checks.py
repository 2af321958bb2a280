"""Wrong configuration is refused at start, with a word on what to set."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.checks import CheckMessage
from pytest_django import Settings

from config import checks
from config.embedded.bootstrap import ROOT
from config.lint import production

IN_PROCESS = "django.core.cache.backends.locmem.LocMemCache"
ON_REDIS = "django.core.cache.backends.redis.RedisCache"
WRONG: list[tuple[str, object, str]] = [
    ("SECRET_KEY", "", "E001"),
    ("SECRET_KEY", "short", "E001"),
    ("FIELD_ENCRYPTION_KEYS", [], "E002"),
    ("FIELD_ENCRYPTION_KEYS", ["no Fernet key"], "E003"),
    ("BROKER_URL", "", "E004"),
    ("DEBUG", True, "E005"),
    ("STUDIO_TOKEN", "", "E006"),
    ("STUDIO_CALLBACK_KEYS", {"k1": "whsec_not base64!"}, "E007"),
    ("STUDIO_CALLBACK_KEYS", {"k1": "bm8gcHJlZml4IGhlcmUsIDMyIGJ5dGVzIQ=="}, "E007"),
    ("DISPATCH_LEASE", timedelta(seconds=15), "E008"),
    ("RING_AGAIN_AFTER", timedelta(seconds=0), "E009"),
    ("RING_AGAIN_AFTER", timedelta(seconds=40), "E009"),
    ("JOB_DEADLINE", timedelta(seconds=40), "W009"),
    ("PUBLIC_URL", "http://gateway.example", "W001"),
    ("ALLOWED_HOSTS", ["*"], "W002"),
    ("S3_BUCKET", "", "W003"),
    ("RATE_LIMIT_PER_SECOND", -1, "E010"),
    ("RATE_LIMIT_PER_SECOND", 10**7, "E010"),
    ("RATE_LIMIT_BURST", 0, "E010"),
    ("CACHES", {"default": {"BACKEND": IN_PROCESS}}, "W011"),
    ("CACHES", {"default": {"BACKEND": ON_REDIS, "LOCATION": "redis://cache:port/0"}}, "E011"),
    ("CACHES", {"default": {"BACKEND": ON_REDIS, "LOCATION": "redis://a", "OPTIONS": {"x": 1}}}, "E011"),
    ("STUDIO_URL", "", "W004"),
    ("STUDIO_CALLBACK_KEYS", {}, "W005"),
]


@pytest.fixture
def as_in_production(settings: Settings) -> Settings:
    settings.PUBLIC_URL = "https://gateway.example"
    settings.ALLOWED_HOSTS = ["gateway.example"]
    settings.STUDIO_URL = "https://studio.example"
    settings.STUDIO_TEST_URL = ""
    settings.S3_BUCKET = "pictures"
    return settings


def ids(found: list[CheckMessage]) -> list[str]:
    return [str(message.id).removeprefix("gateway.") for message in found]


def test_a_complete_configuration_is_accepted(as_in_production: Settings) -> None:
    assert checks.configuration() == []


@pytest.mark.parametrize(("name", "value", "refused_as"), WRONG)
def test_what_is_wrong_is_named(
    as_in_production: Settings, name: str, value: object, refused_as: str
) -> None:
    setattr(as_in_production, name, value)
    found = checks.configuration()
    assert ids(found) == [refused_as]
    read_from = {
        "CACHES": "CACHE_URL",
        "JOB_DEADLINE": "JOB_DEADLINE_SECONDS",
        "DISPATCH_LEASE": "DISPATCH_LEASE_SECONDS",
        "RING_AGAIN_AFTER": "RING_AGAIN_SECONDS",
    }
    assert read_from.get(name, name) in str(found[0].msg)
    assert found[0].is_serious() is refused_as.startswith("E")


def test_one_database_role_is_named(as_in_production: Settings) -> None:
    as_in_production.DATABASE_OWNER = as_in_production.DATABASE_APP
    found = checks.configuration()
    assert ids(found) == ["W010"]
    assert "Set DATABASE_OWNER_URL" in str(found[0].msg)


def test_a_process_need_not_know_the_owner(as_in_production: Settings) -> None:
    as_in_production.DATABASE_OWNER = {}
    assert checks.configuration() == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"])
def test_this_machine_alone_may_do_without(as_in_production: Settings, url: str) -> None:
    as_in_production.PUBLIC_URL = url
    as_in_production.DEBUG = True
    as_in_production.S3_BUCKET = ""
    assert checks.configuration() == []


@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "check"],
        ["-c", "import config.wsgi"],
        ["-m", "celery", "-A", "config.celery", "worker", "-P", "solo"],
    ],
)
def test_no_process_starts_without_its_secrets(command: list[str]) -> None:
    environment = {**production.ENVIRONMENT, "PATH": os.environ["PATH"], "FIELD_ENCRYPTION_KEYS": ""}
    started = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert started.returncode == 1
    assert "Set FIELD_ENCRYPTION_KEYS" in started.stderr
