"""What a client's jobs cost in a time, in groups: the sum of their entries in the ledger, by one query."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Expression, F, TextField, Value
from django.db.models.functions import TruncDate

from clients import ulids
from clients.callers import Caller
from workflows.models import Job

MOST_GROUPS = 1000
_BEFORE_US, _AFTER_US = datetime(2020, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
_CLOCKS_APART = timedelta(days=1)
_NO_LABEL = Value(None, output_field=TextField())
GROUPS: dict[str, tuple[Expression | F, Expression | F]] = {
    "day": (TruncDate("created_at", tzinfo=UTC), _NO_LABEL),
    "workflow": (F("workflow"), _NO_LABEL),
    "pilot_brand": (F("pilot_brand"), _NO_LABEL),
    "api_key": (F("api_key_id"), F("api_key__label")),
}


class Figures(NamedTuple):
    """`jobs` counts the unfinished too; `charged` and `refunded` are credits."""

    jobs: int
    succeeded: int
    failed: int
    charged: int
    refunded: int

    @property
    def net(self) -> int:
        return self.charged - self.refunded


@dataclass(frozen=True, slots=True)
class Group:
    key: str | None
    label: str | None
    figures: Figures


@dataclass(frozen=True, slots=True)
class Usage:
    """`groups` has the days newest first, other groups by what was charged; `left_out` counts the rest."""

    totals: Figures
    groups: list[Group]
    left_out: int


# The money gate makes the two one: each job has one charge of its cost, and a refund of it if it failed.
_COUNT = """
    SELECT key, label, count(*), count(*) FILTER (WHERE status = 'SUCCESS'),
        count(*) FILTER (WHERE status = 'FAILURE'), coalesce(sum(credits_cost), 0)::bigint,
        coalesce(sum(credits_cost) FILTER (WHERE status = 'FAILURE'), 0)::bigint, count(*) OVER () - 1
    FROM ({jobs}) AS job
    GROUP BY GROUPING SETS ((key, label), ())
    ORDER BY grouping(key) DESC, {order} LIMIT %s
"""
_ORDER = {"day": "key DESC"}
_BY_COST = "6 DESC, key NULLS FIRST"


def of(caller: Caller, start: datetime, end: datetime, group_by: str) -> Usage:
    """The usage of a caller by jobs accepted from `start` on and before `end`."""
    key, label = GROUPS[group_by]
    # The ids bound what is looked through; they tell the time of another clock.
    first = ulids.first_at(max(start, _BEFORE_US) - _CLOCKS_APART)
    beyond = ulids.first_at(min(end, _AFTER_US) + _CLOCKS_APART)
    jobs = Job.objects.for_client(caller).filter(
        created_at__gte=start, created_at__lt=end, id__gte=first, id__lt=beyond
    )
    sql, params = (
        jobs.order_by().values("status", "credits_cost", key=key, label=label).query.sql_with_params()
    )
    with connection.cursor() as cursor:
        counted = _COUNT.format(jobs=sql, order=_ORDER.get(group_by, _BY_COST))
        cursor.execute(counted, [*params, MOST_GROUPS + 1])
        (*_, groups), *_ = rows = cursor.fetchall()
    found = [Group(_text(row[0]), row[1], Figures(*row[2:7])) for row in rows[1:]]
    return Usage(Figures(*rows[0][2:7]), found, groups - len(found))


def _text(key: Any) -> str | None:
    if isinstance(key, UUID):
        return ulids.from_uuid(key)
    return key.isoformat() if isinstance(key, date) else key
