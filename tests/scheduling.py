"""Which worker runs which test."""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# Folders whose tests share one running stack.
SHARING = ("tests/scenarios/", "tests/rabbitmq/", "tests/brokers/", "tests/docs/", "tests/sdk/")


def scenarios_together(config: pytest.Config, log: Any) -> Any:
    """One test at a time to whoever is free, but all scenarios to one worker: they share one running stack.

    The largest scope goes out first, which is theirs, so the other workers are busy until they are done.
    """
    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = _scope
    return scheduler


def _scope(nodeid: str) -> str:
    return next((folder for folder in SHARING if nodeid.startswith(folder)), nodeid)
