"""manage.py rotate_key."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.world import SWAP, Api, World


def rotate(*arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("rotate_key", *arguments, stdout=out)
    shown: dict[str, Any] = json.loads(out.getvalue())
    return shown


def test_both_keys_work_for_a_while(world: World) -> None:
    shown = rotate(world.owner.client.name)
    assert shown["older_keys"] == 1
    for key in (shown["api_key"], world.owner.key):
        me = Api(key).get("/v1/me").json()
        assert (me["client_id"], me["livemode"]) == (world.owner.client.id, True)


def test_without_overlap_the_old_key_ends_at_once(world: World) -> None:
    shown = rotate(world.owner.client.id, "--overlap", "0")
    assert world.api.get("/v1/me").status_code == 401
    assert Api(shown["api_key"]).get("/v1/me").status_code == 200
    assert world.owner.test_api.get("/v1/me").status_code == 200


def test_the_test_key_is_rotated_by_itself(world: World) -> None:
    shown = rotate(world.owner.client.name, "--test", "--overlap", "0")
    assert shown["api_key"].startswith("sk_test_")
    assert world.owner.test_api.get("/v1/me").status_code == 401
    assert world.api.post(SWAP, world.order()).status_code == 202


def test_an_unknown_client_is_said(world: World) -> None:
    with pytest.raises(CommandError, match="create_client"):
        rotate("Nobody")
