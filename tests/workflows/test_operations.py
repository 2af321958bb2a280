"""GET /v1/operations."""

from itertools import chain
from typing import Any

import pytest

from tests.world import SWAP, World, faults, pages, refused
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


@pytest.mark.parametrize("limit", [1, 200])
def test_cursors_lead_through_all(world: World, limit: int) -> None:
    found = chain(*pages(world.api, "/v1/operations", "operations", limit))
    assert [operation["name"] for operation in found] == list(definitions.ALL)


@pytest.mark.parametrize(
    ("query", "kind"),
    [("cursor=nothing", "value_error"), ("limit=0", "greater_than_equal"), ("x=1", "extra_forbidden")],
)
def test_refuses_a_wrong_parameter(world: World, query: str, kind: str) -> None:
    body = refused(lambda: world.api.get(f"/v1/operations?{query}"), 422, "VALIDATION_ERROR", logged=False)
    assert faults(body) == [(("query", query.partition("=")[0]), kind)]
