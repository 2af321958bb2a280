"""What staff may change of a workflow without a deployment: whether it is on, and its price."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from clients.api import errors
from workflows.definitions import ALL
from workflows.definitions.base import Workflow
from workflows.models import PriceChange, WorkflowSetting

LIMIT_HEADER = "X-Max-Credits"
MOST_CREDITS = 10**18 - 1
_CREDITS = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a job of a workflow costs now, in credits, until when at least, and whether one can be had."""

    enabled: bool
    credits_cost: int
    price_holds_until: datetime


_TERMS = """
    SELECT coalesce(enabled, true), coalesce(
            (SELECT credits_cost FROM workflows_pricechange
             WHERE workflow_id = asked.name AND effective_from <= now() ORDER BY effective_from DESC LIMIT 1),
            setting.credits_cost, %(default)s),
        least(now() + make_interval(secs => %(promise)s),
            (SELECT min(effective_from) FROM workflows_pricechange
             WHERE workflow_id = asked.name AND effective_from > now()))
    FROM (SELECT %(name)s AS name) AS asked LEFT JOIN workflows_workflowsetting AS setting USING (name)
"""


def terms(workflow: Workflow) -> Terms:
    """By the database's clock. No later price change can begin before `price_holds_until`."""
    named: dict[str, str | float] = {
        "name": workflow.name,
        "default": workflow.default_cost,
        "promise": PriceChange.PROMISE.total_seconds(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_TERMS, named)
        return Terms(*cursor.fetchone())


def limit(header: str | None) -> tuple[int | None, list[errors.Fault]]:
    """The most that a caller wants to pay, in credits, if it says so in X-Max-Credits; and its faults."""
    if header is None:
        return None, []
    if not _CREDITS.fullmatch(header):
        message = "Input should be a whole number of credits"
        return None, [errors.Fault(("header", LIMIT_HEADER), message, "int_parsing")]
    return int(header), []


def create_missing() -> None:
    """A row for each workflow that has none, so that staff finds it in the admin."""
    for workflow in ALL.values():
        WorkflowSetting.objects.get_or_create(
            name=workflow.name, defaults={"credits_cost": workflow.default_cost}
        )
