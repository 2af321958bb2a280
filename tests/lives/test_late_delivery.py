"""Studio's upload link outlives the job: what comes over it after SUCCESS replaces no picture."""

import hashlib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client as HttpClient

from assets import storage
from tests.lives.conftest import World
from tests.lives.scripted_studio import ScriptedStudio
from workflows import dispatch, follow, results, studios


@pytest.fixture
def running(world: World, studio: ScriptedStudio) -> str:
    job_id = world.accept()
    dispatch.dispatch(job_id)
    return job_id


def shown(world: World, job_id: str) -> bytes:
    """The picture that the client gets, by the link of its render."""
    url = world.http.get(f"/v1/renders/{job_id}").json()["image_url"]
    answer = HttpClient().get(url.removeprefix("http://127.0.0.1:8000"))
    assert answer.status_code == 200
    return answer.getvalue()


def put(studio: ScriptedStudio, job_id: str, content: bytes) -> int:
    """What a first try of Studio's does that comes late: the PUT to the link that it was given."""
    orders = [body for method, path, body in studio.asked if method == "PUT" and job_id in path]
    link = urlsplit(orders[0]["deliver_to"]["put_url"])
    target = f"{link.path}?{link.query}"
    return HttpClient().put(target, content, content_type="image/jpeg").status_code


def succeeded(world: World, studio: ScriptedStudio, job_id: str) -> bytes:
    studio.says(job_id, "SUCCESS", outputs=[world.deliver(job_id)])
    follow.follow([job_id])
    assert world.job(job_id).status == "SUCCESS"
    return shown(world, job_id)


def test_a_delivery_after_success_replaces_nothing(
    world: World, studio: ScriptedStudio, running: str
) -> None:
    paid_for = succeeded(world, studio, running)
    assert put(studio, running, b"\xff\xd8\xff another picture") == 200
    assert shown(world, running) == paid_for
    [artifact] = world.http.get(f"/v1/jobs/{running}").json()["result"]["artifacts"]
    assert artifact["meta"]["sha256"] == hashlib.sha256(paid_for).hexdigest()


def test_two_sweeps_that_were_told_of_different_pictures_leave_the_one_that_won(
    world: World, studio: ScriptedStudio, running: str
) -> None:
    seen = world.job(running)
    paid_for = succeeded(world, studio, running)
    other = b"\xff\xd8\xff drawn once more"
    storage.pictures().put(results.delivery_key(seen), other, "image/jpeg")
    described = world.deliver(running) | {"sha256": hashlib.sha256(other).hexdigest(), "bytes": len(other)}
    storage.pictures().put(results.delivery_key(seen), other, "image/jpeg")
    studio.says(running, "SUCCESS", outputs=[described])
    follow.carry(seen, studios.of(livemode=True).batch_status([running])[running])
    assert shown(world, running) == paid_for


def test_what_was_delivered_is_kept_once(
    world: World, studio: ScriptedStudio, running: str, tmp_path: Path
) -> None:
    paid_for = succeeded(world, studio, running)
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and running in str(path)]
    assert [path.read_bytes() for path in kept] == [paid_for]


def test_a_delivery_that_cannot_be_cleared_away_is_still_a_success(
    world: World, studio: ScriptedStudio, running: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(self: storage.DiskStorage, name: str) -> None:
        raise storage.Unavailable

    monkeypatch.setattr(storage.DiskStorage, "delete", away)
    assert succeeded(world, studio, running)


def test_a_second_look_at_a_success_finds_its_delivery_cleared_and_changes_nothing(
    world: World, studio: ScriptedStudio, running: str
) -> None:
    seen = world.job(running)
    paid_for = succeeded(world, studio, running)
    follow.carry(seen, studios.of(livemode=True).batch_status([running])[running])
    assert (world.job(running).status, world.kinds(running)) == ("SUCCESS", ["CHARGE"])
    assert world.events(running)[-1] == "succeeded"
    assert shown(world, running) == paid_for
