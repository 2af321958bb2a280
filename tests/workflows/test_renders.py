"""GET /v1/renders and /v1/renders/{public_id}."""

import json
from itertools import chain

import pytest

from tests import world as worlds
from tests.world import World, dispatch, faults, pages, refused

RENDER = {"public_id", "job_type", "origin", "image_url", "inputs", "created_at"}


def test_a_render_is_the_picture_of_a_succeeded_job(world: World) -> None:
    job = dispatch(world, pilot_brand="alpine")
    worlds.succeed(job)
    render = world.api.get(f"/v1/renders/{job.id}").json()
    assert set(render) == RENDER
    assert (render["public_id"], render["origin"]) == (job.id, "compose")
    assert render["job_type"] == "BACKGROUND_SWAP_WITH_IMAGE"
    artifact = world.api.get(f"/v1/jobs/{job.id}").json()["result"]["artifacts"][0]
    assert render["image_url"].partition("?")[0] == artifact["image_url"].partition("?")[0]


def test_its_inputs_name_pictures_by_link_not_by_key(world: World) -> None:
    job = dispatch(world, pilot_brand="alpine")
    worlds.succeed(job)
    inputs = world.api.get(f"/v1/renders/{job.id}").json()["inputs"]
    assert set(inputs) == {
        "background_image_public_id", "output_preset", "pilot_brand", "source_image_url",
        "background_image_url",
    }  # fmt: skip
    assert all("X-Signature=" in inputs[name] for name in ("source_image_url", "background_image_url"))


def test_lists_only_finished_renders_newest_first(world: World) -> None:
    done = [dispatch(world) for _ in range(3)]
    for job in done:
        worlds.succeed(job)
    worlds.begin(dispatch(world))
    worlds.fail(dispatch(world))
    body = world.api.get("/v1/renders").json()
    assert [render["public_id"] for render in body["renders"]] == [job.id for job in done][::-1]
    assert all(set(render) == RENDER for render in body["renders"])
    assert body["next_cursor"] is None


def test_cursors_and_offset_lead_through_all(world: World) -> None:
    for _ in range(5):
        worlds.succeed(dispatch(world))
    everything = world.api.get("/v1/renders").json()["renders"]
    ids = [render["public_id"] for render in everything]
    assert [one["public_id"] for one in chain(*pages(world.api, "/v1/renders", "renders", 2))] == ids
    skipped = world.api.get("/v1/renders?offset=2&limit=2").json()["renders"]
    assert [render["public_id"] for render in skipped] == ids[2:4]


@pytest.mark.parametrize("state", ["waiting", "running", "failed"])
def test_a_job_without_a_picture_is_no_render(world: World, state: str) -> None:
    job = dispatch(world)
    {"waiting": lambda _: None, "running": worlds.begin, "failed": worlds.fail}[state](job)
    refused(lambda: world.api.get(f"/v1/renders/{job.id}"), 404, "RESOURCE_NOT_FOUND", logged=False)


@pytest.mark.parametrize("query", ["limit=0", "cursor=x", "status=SUCCESS", "offset=x"])
def test_refuses_a_wrong_parameter(world: World, query: str) -> None:
    body = refused(lambda: world.api.get(f"/v1/renders?{query}"), 422, "VALIDATION_ERROR", logged=False)
    assert [fault[0] for fault in faults(body)] == [("query", query.partition("=")[0])]
    assert "renders/live" not in json.dumps(body)
