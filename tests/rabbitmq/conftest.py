"""One RabbitMQ and one gateway on it for all tests of this folder."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded.stack import Stack
from tests import servers
from tests.rabbitmq.broker import Broker
from tests.rabbitmq.shop import Shop


def _folder(name: str) -> Path:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    return Path(os.environ[servers.RUN_FOLDER], f"{name}-{worker}")


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    with Broker(_folder("rabbitmq")) as running:
        yield running


@pytest.fixture(scope="session")
def gateway(broker: Broker) -> Iterator[Stack]:
    given = {**servers.environment_outside(), "BROKER_URL": broker.url}
    with Stack(_folder("gateway-on-rabbitmq"), given=given) as running:
        yield running


@pytest.fixture(scope="session")
def shop(gateway: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    client = Shop(gateway, "Shop on RabbitMQ", tmp_path_factory.mktemp("pictures"))
    yield client
    client.close()
