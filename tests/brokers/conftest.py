"""In the ordinary run the broker is Valkey."""

from collections.abc import Iterator

import pytest

from tests.brokers.broker import Valkey
from tests.brokers.fixtures import gateway, running_stack, shared, studio
from tests.brokers.gateway import folder_of

__all__ = ["broker", "gateway", "running_stack", "shared", "studio"]


@pytest.fixture(scope="session")
def broker() -> Iterator[Valkey]:
    with Valkey(folder_of("valkey")) as running:
        yield running
