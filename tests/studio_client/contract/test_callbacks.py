"""Callbacks: signed, about the newest version, and tried again."""

import studio_client
from tests import waiting
from tests.studio_client import asking
from tests.studio_client.files import Files
from tests.studio_client.service import Studio


def arrived(caller: Files, studio: Studio, job_id: str) -> list[tuple[str, studio_client.CallbackNotice]]:
    """Message id and content of each callback about the job, after its signature has been verified."""
    keys = dict([studio.callback_key])
    read = [
        (headers, studio_client.verify_callback(headers, body, keys)) for headers, body in caller.callbacks
    ]
    return [(headers["webhook-id"], notice) for headers, notice in read if notice.job_id == job_id]


def test_the_end_of_a_job_is_reported_signed(studio: Studio, caller: Files) -> None:
    job_id = asking.job_id()
    callback = {"url": f"{caller.url}/callback", "key_id": studio.callback_key[0]}
    studio.call("PUT", f"/v1/jobs/{job_id}", json=asking.generator(callback=callback))
    job = studio.ended(job_id)
    notices = waiting.until(
        lambda: [notice for _, notice in arrived(caller, studio, job_id) if notice.status == "SUCCESS"]
    )
    assert notices[-1].version == job["version"]


def test_a_callback_that_fails_comes_again_under_the_same_id(studio: Studio, caller: Files) -> None:
    job_id = asking.job_id()
    path = f"/callback/{job_id}"
    caller.troubles[path] = [500, 500, 500]
    callback = {"url": caller.url + path, "key_id": studio.callback_key[0]}
    studio.call("PUT", f"/v1/jobs/{job_id}", json=asking.generator(callback=callback))
    studio.ended(job_id)

    def repeated() -> bool:
        ids = [each for each, notice in arrived(caller, studio, job_id) if notice.status == "SUCCESS"]
        return len(ids) >= 2 and len(set(ids)) == 1

    assert waiting.until(repeated)


def test_a_key_that_studio_does_not_have_costs_the_callback_not_the_job(
    studio: Studio, caller: Files
) -> None:
    job_id = asking.job_id()
    callback = {"url": f"{caller.url}/callback", "key_id": "unknown"}
    studio.call("PUT", f"/v1/jobs/{job_id}", json=asking.generator(callback=callback))
    assert studio.ended(job_id)["status"] == "SUCCESS"
    assert arrived(caller, studio, job_id) == []
