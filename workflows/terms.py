"""What staff may change of a workflow without a deployment: whether it is on, and its price."""

import re
from dataclasses import dataclass

from clients.api import errors
from workflows.definitions import ALL
from workflows.definitions.base import Workflow
from workflows.models import WorkflowSetting

LIMIT_HEADER = "X-Max-Credits"
_CREDITS = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a job of a workflow costs now, in credits, and whether one can be had."""

    enabled: bool
    credits_cost: int


def terms(workflow: Workflow) -> Terms:
    setting = WorkflowSetting.objects.filter(name=workflow.name).first()
    if setting is None:
        return Terms(enabled=True, credits_cost=workflow.default_cost)
    return Terms(enabled=setting.enabled, credits_cost=setting.credits_cost)


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
