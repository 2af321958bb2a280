"""A whole gateway for the scenarios: every process as `manage.py run` starts it, its data in memory."""

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from config.embedded.stack import PARTS, Stack
from tests import servers

NewStack = Callable[..., Stack]
_numbers = itertools.count()


def _new(name: str, **more: str) -> Stack:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    folder = Path(os.environ[servers.RUN_FOLDER], f"stack-{worker}-{name}")
    return Stack(folder, given={**servers.environment_outside(), **more})


@pytest.fixture(scope="session")
def _running() -> Iterator[Stack]:
    with _new("shared") as running:
        yield running


@pytest.fixture
def stack(_running: Stack) -> Iterator[Stack]:
    """The stack that the scenarios share. What a test stops or pauses is up again for the next."""
    yield _running
    for name in PARTS:
        if name != "postgres":
            _running.process(name).resume()
        _running.start(name)


@pytest.fixture
def new_stack() -> Iterator[NewStack]:
    """Makes a stack for one test: `new_stack(JOB_DEADLINE_SECONDS="5")`, with more in its environment."""
    with ExitStack() as opened:
        yield lambda **more: opened.enter_context(_new(str(next(_numbers)), **more))
