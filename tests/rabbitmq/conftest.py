"""The broker of this folder's tests is RabbitMQ."""

from collections.abc import Iterator

import pytest

from tests.brokers.fixtures import gateway, running_stack, shared, studio
from tests.brokers.gateway import folder_of
from tests.rabbitmq.broker import Broker

__all__ = ["broker", "gateway", "running_stack", "shared", "studio"]


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    with Broker(folder_of("rabbitmq")) as running:
        yield running
