"""GET /v1/operations."""

from typing import Any

import pytest

from tests.world import SWAP, World
from workflows import definitions
from workflows.models import WorkflowSetting

SWAP_NAME = "background-swap-with-image"


def listed(world: World) -> dict[str, Any]:
    operations = world.api.get("/v1/operations").json()["operations"]
    return next(operation for operation in operations if operation["name"] == SWAP_NAME)


def test_lists_every_workflow_with_its_price(world: World) -> None:
    body = world.api.get("/v1/operations").json()
    assert set(body) == {"operations", "next_cursor"}
    assert {operation["name"] for operation in body["operations"]} == set(definitions.ALL)
    assert listed(world) == {"name": SWAP_NAME, "op_class": "compose", "credits_cost": 5, "enabled": True}


@pytest.mark.parametrize(("cost", "enabled"), [(9, True), (1, False)])
def test_shows_what_staff_changed(world: World, cost: int, enabled: bool) -> None:
    setting = {"credits_cost": cost, "enabled": enabled}
    WorkflowSetting.objects.update_or_create(name=SWAP_NAME, defaults=setting)
    swap = listed(world)
    assert (swap["credits_cost"], swap["enabled"]) == (cost, enabled)


def test_the_listed_price_is_the_charged_one(world: World) -> None:
    swap = listed(world)
    assert world.api.post(SWAP, world.order()).json()["credits_cost"] == swap["credits_cost"]
