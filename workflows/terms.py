"""What staff may change of a workflow without a deployment: whether it is on, and its price."""

from dataclasses import dataclass

from workflows.definitions import ALL
from workflows.definitions.base import Workflow
from workflows.models import WorkflowSetting


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


def create_missing() -> None:
    """A row for each workflow that has none, so that staff finds it in the admin."""
    for workflow in ALL.values():
        WorkflowSetting.objects.get_or_create(
            name=workflow.name, defaults={"credits_cost": workflow.default_cost}
        )
