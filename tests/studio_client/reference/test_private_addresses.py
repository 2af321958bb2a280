"""A job may not make Studio look behind the caller's door."""

import pytest

from tests.studio_client import asking
from tests.studio_client.files import Files
from tests.studio_client.service import Studio


@pytest.mark.parametrize("role", ["source", "background"])
def test_a_picture_on_a_private_address_is_forbidden(reference: Studio, caller: Files, role: str) -> None:
    job_id = asking.job_id()
    body = asking.swap(caller, **{role: {"url": f"{reference.url}/v1/health"}})
    reference.call("PUT", f"/v1/jobs/{job_id}", json=body)
    error = reference.ended(job_id)["error"]
    assert (error["code"], error["stage"]) == ("source_forbidden", f"fetch_{role}")


def test_nor_is_anything_uploaded_there(reference: Studio) -> None:
    job_id = asking.job_id()
    body = asking.generator(deliver_to={"put_url": f"{reference.url}/v1/jobs/{job_id}"})
    reference.call("PUT", f"/v1/jobs/{job_id}", json=body)
    assert reference.ended(job_id)["error"]["code"] == "output_write_failed"
