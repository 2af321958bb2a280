"""GET /v1/jobs/{public_id}."""

import json
from urllib.parse import urlsplit

from assets import storage
from tests import world as worlds
from tests.world import SWAP, Api, World, dispatch


def test_a_job_that_waits(world: World) -> None:
    order = world.order(pilot_brand="alpine")
    accepted = world.api.post(SWAP, order).json()
    answer = world.api.get(f"/v1/jobs/{accepted['job_id']}")
    job = answer.json()
    assert int(answer["Retry-After"]) > 0
    assert job["public_id"] == accepted["job_id"]
    assert job["request_id"] == accepted["request_id"]
    assert (job["job_type"], job["status"]) == ("BACKGROUND_SWAP_WITH_IMAGE", "NOT_STARTED")
    assert job["request"] == order
    assert (job["result"], job["error"], job["started_at"], job["finished_at"]) == (None,) * 4
    assert job["credits"] == {"cost": 5, "refunded": 0, "net": 5}
    assert job["latest_event"]["event_type"] == "queued"
    assert job["created_at"].endswith("Z")


def test_a_job_that_runs(world: World) -> None:
    job = dispatch(world)
    worlds.begin(job)
    answer = world.api.get(f"/v1/jobs/{job.id}")
    body = answer.json()
    assert (body["status"], body["stage"], body["progress"]) == ("IN_PROGRESS", "composing", 0.5)
    assert "Retry-After" in answer


def test_a_job_that_succeeded_shows_its_picture(world: World) -> None:
    job = dispatch(world)
    worlds.succeed(job)
    answer = world.api.get(f"/v1/jobs/{job.id}")
    body = answer.json()
    (artifact,) = body["result"]["artifacts"]
    url = urlsplit(artifact["image_url"])
    assert set(artifact) == {"image_url", "kind", "role", "label", "meta"}
    assert set(artifact["meta"]) == {"width", "height", "bytes", "sha256"}
    assert (artifact["role"], body["status"], body["progress"]) == ("final", "SUCCESS", 1.0)
    assert body["credits"] == {"cost": 5, "refunded": 0, "net": 5}
    assert "Retry-After" not in answer
    picture = Api().get(f"{url.path}?{url.query}")
    assert b"".join(picture) == worlds.picture()
    picture.close()


def test_a_job_that_failed_shows_why_and_its_refund(world: World) -> None:
    job = dispatch(world)
    worlds.fail(job)
    body = world.api.get(f"/v1/jobs/{job.id}").json()
    assert (body["status"], body["result"]) == ("FAILURE", None)
    assert body["error"] == {
        "code": "NO_SUBJECT",
        "message": "No subject was found in the picture.",
        "stage": "cutting",
        "retryable": False,
    }
    assert body["credits"] == {"cost": 5, "refunded": 5, "net": 0}
    assert body["latest_event"]["event_type"] == "failed"
    assert world.owner.account().balance == 100


def test_a_refunded_job_shows_no_picture(world: World) -> None:
    job = dispatch(world)
    key = f"renders/live/{job.client_id}/{job.id}.jpg"
    storage.pictures().put(key, worlds.picture(), "image/png")
    worlds.fail(job)
    for path in ("", "/events"):
        assert "image_url" not in json.dumps(world.api.get(f"/v1/jobs/{job.id}{path}").json())
    assert world.api.get(f"/v1/renders/{job.id}").status_code == 404
