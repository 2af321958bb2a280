"""Many jobs and a Studio that is not there for a while: it is not hammered, and not trampled when it is back.

`HERD=2000 .venv/bin/python manage.py test tests/lives/test_herd.py -n 0 -s` measures it at that size.
"""

import os
import sys
import time
from collections.abc import Iterator

import pytest

from billing import ledger
from billing.models import CreditAccount
from tests.lives import belt
from tests.lives.belt import Belt
from tests.lives.conftest import World
from tests.lives.scripted_studio import ScriptedStudio, error
from workflows import audit, pace
from workflows.models import Job, StudioPace
from workflows.statuses import JobStatus

HERD = int(os.environ.get("HERD", "100"))
THREADS = 8
OUTAGE_SECONDS = 20
GROWING = [1, 8, 16, 32, 64, 128, 256, 512, 1024, HERD]


@pytest.fixture
def herd(world: World) -> list[str]:
    """Jobs that wait to be submitted."""
    ledger.grant(world.account, 5 * HERD, source="for the herd")
    CreditAccount.objects.filter(id=world.account.id).update(open_jobs_limit=2 * HERD)
    return [world.accept() for _ in range(HERD)]


@pytest.fixture
def workers(studio: ScriptedStudio) -> Iterator[Belt]:
    with belt.running(THREADS) as workers:
        yield workers


def second(workers: Belt, studio: ScriptedStudio) -> int:
    """How many jobs Studio is sent in one second."""
    before, began = len(studio.puts()), time.monotonic()
    workers.tick()
    belt.pass_time(max(0.0, 1.0 - (time.monotonic() - began)))
    return len(studio.puts()) - before


def waiting() -> int:
    return Job.objects.filter(status=JobStatus.NOT_STARTED).count()


@pytest.mark.parametrize("status", [503, 500])
def test_an_outage(world: World, studio: ScriptedStudio, herd: list[str], workers: Belt, status: int) -> None:
    studio.submit = (status, {"error": error("draining", retryable=True)})
    outage = [second(workers, studio) for _ in range(OUTAGE_SECONDS)]
    submits = StudioPace.objects.get(livemode=True, step=pace.Step.DISPATCH)
    # Those that were under way together, and after that one for each pause.
    assert outage[0] <= THREADS + 5
    assert sum(outage[1:]) == submits.failures - 1
    assert max(outage[1:]) == 1
    assert waiting() == HERD

    studio.submit, back = (201, None), []
    while waiting():
        back.append(second(workers, studio))
        assert len(back) < 60
    lots = [lot for lot in back if lot]
    assert lots[:-1] == GROWING[: len(lots) - 1]
    assert lots[-1] <= GROWING[len(lots) - 1]
    assert sorted(set(studio.puts())) == herd
    assert audit.audit().breaches == []
    sys.stdout.write(f"\n{HERD} jobs. Calls in each second of the outage: {outage}; after it: {back}\n")
