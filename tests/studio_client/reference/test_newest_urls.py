"""A repeated request brings newer URLs to a job that still runs."""

from tests import waiting
from tests.studio_client import asking, pictures
from tests.studio_client.files import Files
from tests.studio_client.service import Studio


def test_the_newest_upload_address_is_used(reference: Studio, caller: Files) -> None:
    job_id = asking.job_id()
    held, older, newer = (f"/{each}/{job_id}" for each in ("held", "older", "newer"))
    source = {"url": caller.hold(held, pictures.subject())}
    bodies = [
        asking.swap(caller, source=source, deliver_to={"put_url": caller.url + each})
        for each in (older, newer)
    ]
    reference.call("PUT", f"/v1/jobs/{job_id}", json=bodies[0])
    running = waiting.until(
        lambda: reference.job(job_id)["stage"] == "fetch_source" and reference.job(job_id)
    )
    again = reference.call("PUT", f"/v1/jobs/{job_id}", json=bodies[1])
    assert (again.status_code, again.json()["version"]) == (200, running["version"])
    caller.release(held)
    assert reference.ended(job_id)["status"] == "SUCCESS"
    assert newer in caller.uploads
    assert older not in caller.uploads
