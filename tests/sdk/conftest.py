"""The SDKs against a whole running gateway, and along a bad road to it."""

import itertools
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import pytest
from image_workflow_gateway import Gateway

from config import sdks
from config.embedded.stack import Stack
from studio_client.reference import samples
from tests.scenarios.conftest import _running, stack
from tests.sdk import page, road
from tests.sdk.road import Road, Trip

__all__ = ["_running", "stack"]
PRESET = "thumbnail"
_trips = itertools.count(1)


@dataclass(frozen=True)
class Account:
    """What a client of the gateway was told once."""

    url: str
    api_key: str
    signing_secret: str

    def gateway(self, url: str = "", **options: float | str) -> Gateway:
        return Gateway(self.api_key, url or self.url, **options)  # type: ignore[arg-type]


def opened(stack: Stack, name: str, credits: int) -> Account:
    made = json.loads(stack.run("create_client", name, "--credits", str(credits)))
    return Account(stack.url, made["api_key"], made["signing_secret"])


@pytest.fixture(scope="session")
def account(_running: Stack) -> Account:
    """With more credits than all tests need."""
    return opened(_running, "SDK", 1000)


@pytest.fixture(scope="session")
def poor(_running: Stack) -> Account:
    """With fewer credits than anything costs."""
    return opened(_running, "Poor SDK", 1)


@pytest.fixture
def gateway(account: Account) -> Iterator[Gateway]:
    with account.gateway() as gateway:
        yield gateway


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> samples.Samples:
    return samples.write_samples(tmp_path_factory.mktemp("pictures"))


@pytest.fixture(scope="session")
def cup(pictures: samples.Samples) -> bytes:
    return pictures.subject.read_bytes()


@pytest.fixture(scope="session")
def upload_key(account: Account, pictures: samples.Samples) -> str:
    with account.gateway() as gateway:
        return gateway.upload(pictures.subject).upload_key


class Order(TypedDict):
    """What every order of these tests has."""

    source: str
    background: str
    output_preset: str


@pytest.fixture(scope="session")
def background(account: Account) -> str:
    with account.gateway() as gateway:
        return gateway.backgrounds()[0].public_id


@pytest.fixture(scope="session")
def order(upload_key: str, background: str) -> Order:
    return {"source": upload_key, "background": background, "output_preset": PRESET}


@pytest.fixture(scope="session")
def bad_road(_running: Stack) -> Iterator[Road]:
    with road.to(_running.url) as ahead:
        yield ahead


@pytest.fixture
def trip(bad_road: Road) -> Trip:
    return Trip(bad_road, f"python-{next(_trips)}")


@pytest.fixture
def workless(stack: Stack) -> Stack:
    """Nobody works on jobs: they stay as they are."""
    stack.process("worker").pause()
    return stack


@dataclass(frozen=True)
class Followed:
    """Where somebody did what the page says, and what was said there."""

    folder: Path
    said: str


def _newcomer(folder: Path, pictures: samples.Samples) -> Path:
    shutil.copy(pictures.subject, folder / "cup.jpg")
    return folder


@pytest.fixture
def folder(tmp_path: Path, pictures: samples.Samples) -> Path:
    """Where a newcomer stands: with a picture of a cup."""
    return _newcomer(tmp_path, pictures)


@pytest.fixture(scope="session")
def python(_running: Stack, tmp_path_factory: pytest.TempPathFactory, pictures: samples.Samples) -> Followed:
    """The page's Python: the SDK in a new environment."""
    folder = _newcomer(tmp_path_factory.mktemp("python"), pictures)
    return Followed(folder, page.follow("Python", folder, _running))


@pytest.fixture(scope="session")
def typescript(
    _running: Stack, tmp_path_factory: pytest.TempPathFactory, pictures: samples.Samples
) -> Followed:
    """The page's TypeScript: the SDK in a new package."""
    sdks.install_typescript()
    folder = _newcomer(tmp_path_factory.mktemp("typescript"), pictures)
    return Followed(folder, page.follow("TypeScript", folder, _running))
