"""A storage folder of each test's own, and clients to call with."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import Client as HttpClient
from pytest_django import Settings

from assets import storage
from clients import keys
from clients.callers import Caller
from clients.models import ApiKey
from config import onboarding

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Owner:
    """A client as tests use it: who it is in both modes, and how it calls."""

    live: Caller
    test: Caller
    http: HttpClient
    test_http: HttpClient
    signing_secret: str


def _caller(secret: str) -> Caller:
    api_key = ApiKey.objects.select_related("client").get(digest=keys.digest(secret))
    return Caller(client=api_key.client, api_key=api_key)


def _http(secret: str) -> HttpClient:
    return HttpClient(headers={"Authorization": f"Bearer {secret}"}, raise_request_exception=False)


@pytest.fixture
def new_client() -> Callable[[], Owner]:
    def make() -> Owner:
        new = onboarding.create_client(f"Client {next(_numbers)}")
        return Owner(
            live=_caller(new.api_key),
            test=_caller(new.test_api_key),
            http=_http(new.api_key),
            test_http=_http(new.test_api_key),
            signing_secret=new.signing_secret,
        )

    return make


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """Where pictures lie during this test."""
    place = tmp_path / "storage"
    place.mkdir()
    disk = {"BACKEND": "assets.storage.DiskStorage", "OPTIONS": {"location": str(place)}}
    settings.STORAGES = {**settings.STORAGES, "default": disk}
    return place


@pytest.fixture
def place(folder: Path) -> storage.PictureStorage:
    return storage.pictures()
