"""The pace of the calls to each mode's Studio, shared by all processes: open, paused, slow start.

Jobs keep their own alarms; a row here says how many calls may go out at all. There is one for each mode and
step, since a Studio whose queue is full still answers for the jobs that it has.

open        `allowance` is none: any number of calls, at any time.
paused      `allowance` is 1: none until `next_at`; then the scheduler rings one job, the probe, and none but
            the probe may ask. If nothing is heard of it within a lease, the next job is the probe.
slow start  after a good answer to the probe: 8 calls at `next_at`, twice as many each second, then open.

Only the database's clock counts. Losing what this says costs some calls or some seconds, never a job.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from clients import ulids
from workflows.models import StudioPace

log = structlog.get_logger(__name__)

Step = StudioPace.Step

FIRST_LOT = 8
_LAST_LOT = 1024
_BETWEEN_LOTS = timedelta(seconds=1)
_LONGEST = 15.0
# One job that Studio stumbles over is that job's trouble; so many different ones in a row are Studio's.
_DOUBTERS = 5

# Of a hundred calls that fail together the first to say so begins the pause; the others find it begun.
_PAUSE = """
    UPDATE workflows_studiopace
    SET failures = failures + 1, doubters = '{}', allowance = 1, probe = NULL,
        next_at = now() + make_interval(secs => greatest(
            %(least)s, least(%(longest)s, 2 ^ least(failures, 10)) * (0.5 + random() / 2)))
    WHERE livemode = %(livemode)s AND step = %(step)s
        AND (allowance IS NULL OR allowance > 1 OR probe = ANY(%(asked)s::uuid[]))
    RETURNING failures, extract(epoch FROM next_at - now())::float
"""
_DOUBT = """
    UPDATE workflows_studiopace
    SET doubters = CASE WHEN %(who)s = ANY(doubters) THEN doubters ELSE doubters || %(who)s END
    WHERE livemode = %(livemode)s AND step = %(step)s AND (allowance IS NULL OR allowance > 1)
    RETURNING cardinality(doubters)
"""


@dataclass(frozen=True, slots=True)
class Lane:
    """What one row paces: one step of the jobs of one mode."""

    step: StudioPace.Step
    livemode: bool

    @property
    def row(self) -> QuerySet[StudioPace]:
        return StudioPace.objects.filter(step=self.step, livemode=self.livemode)

    @property
    def words(self) -> dict[str, str]:
        """For the log."""
        return {"mode": "live" if self.livemode else "test", "step": self.step.value}


def allows(step: StudioPace.Step, asked: Sequence[str]) -> Q:
    """Of jobs: those about which Studio may be asked now, in one call about all that are in `asked`."""
    paused = StudioPace.objects.filter(step=step, livemode=OuterRef("livemode"), allowance=1)
    return ~Q(Exists(paused.exclude(probe__in=asked)))


def pause(lane: Lane, asked: Sequence[str], reason: str, retry_after: float | None = None) -> None:
    """Studio can't be reached or wants fewer calls: none for 1, 2, 4 … 15 seconds, or as long as it wished.

    Of no effect during a pause, unless the probe is among those asked about.
    """
    job_ids = [ulids.to_uuid(job_id) for job_id in asked]
    paused = _run(_PAUSE, lane, least=retry_after or 0.0, longest=_LONGEST, asked=job_ids)
    if paused:
        failures, seconds = paused
        log.warning(
            "studio_paused", failures=failures, seconds=round(seconds, 1), reason=reason, **lane.words
        )


def doubt(lane: Lane, asked: Sequence[str], reason: str) -> None:
    """A call without a usable answer: a pause if it was the probe's, or the last of several jobs in a row."""
    doubters = _run(_DOUBT, lane, who=ulids.to_uuid(asked[0]))
    if doubters is None or doubters[0] >= _DOUBTERS:
        pause(lane, asked, reason)


def went_well(lane: Lane, asked: Sequence[str]) -> None:
    """Studio answered as it should. While nothing is wrong, this finds no row and writes nothing."""
    if not lane.row.filter(Q(probe__in=asked) | ~Q(doubters=[])).exists():
        return
    resumed = lane.row.filter(probe__in=asked).update(
        allowance=FIRST_LOT, next_at=Now(), failures=0, probe=None
    )
    if resumed:
        log.info("studio_resumed", **lane.words)
    else:
        lane.row.update(doubters=[])


def lanes_to_ring() -> list[Lane]:
    """Those not open in which calls may go out again now."""
    rows = StudioPace.objects.filter(next_at__lte=Now()).values_list("step", "livemode")
    return [Lane(Step(step), livemode) for step, livemode in rows]


def take_turn(lane: Lane, take: Callable[[int], list[str]]) -> list[str]:
    """The jobs that `take` finds, given how many calls may go out now; none if another scheduler is at it."""
    with transaction.atomic():
        pace = lane.row.select_for_update(skip_locked=True).filter(next_at__lte=Now()).first()
        if pace is None or pace.allowance is None:
            return []
        taken = take(pace.allowance)
        if pace.allowance > 1:
            _grow(lane, pace.allowance)
        elif taken:
            lane.row.update(probe=taken[0], next_at=Now() + settings.DISPATCH_LEASE)
        return taken


def _grow(lane: Lane, allowance: int) -> None:
    if allowance < _LAST_LOT:
        lane.row.update(allowance=2 * allowance, next_at=Now() + _BETWEEN_LOTS)
    else:
        lane.row.update(allowance=None, next_at=None)


def _run(statement: str, lane: Lane, **values: float | UUID | list[UUID]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {**values, "livemode": lane.livemode, "step": lane.step.value})
        found: tuple[Any, ...] | None = cursor.fetchone()
        return found
