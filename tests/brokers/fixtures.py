"""One gateway and one Studio for all tests of a folder; `broker` is the folder's own."""

import sys
from collections.abc import Iterator

import pytest

from config.embedded.stack import Stack
from tests import world
from tests.brokers import studio as scripted
from tests.brokers.broker import Broker
from tests.brokers.gateway import PARTS, Gateway, hasty_web, stack_on
from tests.brokers.studio import Studio
from tests.scenarios import calling


@pytest.fixture(scope="session")
def studio() -> Iterator[Studio]:
    with scripted.running() as running:
        yield running


@pytest.fixture(scope="session")
def running_stack(broker: Broker, studio: Studio) -> Iterator[Stack]:
    with stack_on(broker, studio, "gateway-on-broker") as running:
        yield running


@pytest.fixture(scope="session")
def shared(
    running_stack: Stack, broker: Broker, studio: Studio, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Gateway]:
    """At the end the whole book has to be right."""
    picture = tmp_path_factory.mktemp("pictures") / "source.png"
    picture.write_bytes(world.picture((320, 320)))
    client = calling.new_client(running_stack, credits=10_000)
    with hasty_web(running_stack) as hasty_url:
        made = Gateway(running_stack, broker, studio, client, client.body(picture), hasty_url)
        yield made
        made.assert_clean()


@pytest.fixture
def gateway(shared: Gateway, running_stack: Stack, studio: Studio) -> Iterator[Gateway]:
    """All is up, and is again after the test."""
    yield shared
    studio.reset()
    for name in PARTS:
        # pytest shows it with the failure of a test.
        sys.stderr.write(running_stack.process(name).end_of_log())
        running_stack.process(name).resume()
        running_stack.start(name)
