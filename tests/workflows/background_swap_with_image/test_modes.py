"""Live and test are two worlds of one client: what one key made is not seen, spent or reused by the other."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests import world as worlds
from tests.world import SOURCE, SWAP, Api, World
from workflows.models import Job

LISTS = {
    "/v1/jobs": "jobs",
    "/v1/renders": "renders",
    "/v1/credits/entries": "entries",
    "/v1/request-logs": "request_logs",
    "/v1/catalog/backgrounds": "backgrounds",
}
# Each with the name of the field that tells things apart.
IDS = {"entries": "seq", "request_logs": "request_id"}


@dataclass(frozen=True)
class Side:
    """One mode of the client, with a job that succeeded and one that waits."""

    api: Api
    body: dict[str, Any]
    done: Job
    waiting: Job

    def ids(self, path: str) -> set[Any]:
        name = LISTS[path]
        return {row[IDS.get(name, "public_id")] for row in self.api.get(path).json()[name]}


@pytest.fixture
def sides(world: World) -> tuple[Side, Side]:
    return _side(world, livemode=True), _side(world, livemode=False)


def _side(world: World, *, livemode: bool) -> Side:
    api = world.owner.api if livemode else world.owner.test_api
    own = worlds.new_background(client=world.owner.client, livemode=livemode)
    world = replace(world, upload_key=worlds.upload(world.owner, livemode=livemode), background=own)
    done = worlds.dispatch(world, api)
    worlds.succeed(done)
    answer = api.post(SWAP, world.order(), Idempotency_Key="one-for-both")
    assert answer.status_code == 202
    return Side(api, world.order(), done, Job.objects.get(id=answer.json()["job_id"]))


def test_a_key_made_the_same_request_in_both_and_got_two_jobs(sides: tuple[Side, Side]) -> None:
    live, test = sides
    assert live.waiting.id != test.waiting.id
    for side in sides:
        again = side.api.post(SWAP, side.body, Idempotency_Key="one-for-both")
        assert (again.json()["job_id"], again["Idempotent-Replayed"]) == (side.waiting.id, "true")


@pytest.mark.parametrize("path", LISTS)
def test_a_list_has_only_what_its_mode_made(sides: tuple[Side, Side], path: str, world: World) -> None:
    live, test = (side.ids(path) for side in sides)
    # What is shared is seen by both, and the ledgers count for themselves.
    shared = {world.background.id} if "backgrounds" in path else set()
    if "entries" in path:
        seen = [side.api.get(path).json()["entries"] for side in sides]
        live, test = ({row["job_id"] for row in rows} - {None} for rows in seen)
    assert live & test == shared
    assert live - shared
    assert test - shared


@pytest.mark.parametrize("tail", ["", "/events"])
def test_the_others_jobs_are_unknown(sides: tuple[Side, Side], tail: str) -> None:
    for mine, other in (sides, sides[::-1]):
        assert mine.api.get(f"/v1/jobs/{mine.done.id}{tail}").status_code == 200
        assert mine.api.get(f"/v1/jobs/{other.done.id}{tail}").status_code == 404


def test_the_others_job_cannot_be_cancelled(sides: tuple[Side, Side]) -> None:
    for mine, other in (sides, sides[::-1]):
        assert mine.api.post(f"/v1/jobs/{other.waiting.id}/cancel", {}).status_code == 404
        other.waiting.refresh_from_db()
        assert other.waiting.is_live


def test_the_others_renders_logs_and_backgrounds_are_unknown(sides: tuple[Side, Side]) -> None:
    for mine, other in (sides, sides[::-1]):
        background = other.body["background_image_public_id"]
        for path in (
            f"/v1/renders/{other.done.id}",
            f"/v1/request-logs/{other.done.request_id}",
            f"/v1/catalog/backgrounds/{background}",
        ):
            assert other.api.get(path).status_code == 200, path
            assert mine.api.get(path).status_code == 404, path


def test_neither_takes_the_others_picture(sides: tuple[Side, Side]) -> None:
    for mine, other in (sides, sides[::-1]):
        body = {**mine.body, SOURCE: other.body[SOURCE]}
        assert mine.api.post(SWAP, body).status_code == 422


def test_each_pays_with_its_own_credits(sides: tuple[Side, Side], world: World) -> None:
    worlds.grant(world.owner, 7, livemode=False)
    live, test = (side.api.get("/v1/credits").json() for side in sides)
    assert live == {"balance": 90, "in_flight": 5, "currency": "credits", "livemode": True}
    assert test == {"balance": 97, "in_flight": 5, "currency": "credits", "livemode": False}
