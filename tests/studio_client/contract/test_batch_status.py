"""``POST /v1/jobs:batchStatus``"""

import pytest

from tests.studio_client import asking
from tests.studio_client.service import Studio


def test_known_jobs_are_answered_and_others_left_out(studio: Studio) -> None:
    ids = [asking.job_id(), asking.job_id()]
    for job_id in ids:
        studio.call("PUT", f"/v1/jobs/{job_id}", json=asking.generator())
        studio.ended(job_id)
    asked = [*ids, asking.job_id(), "not an id"]
    answer = studio.call("POST", "/v1/jobs:batchStatus", json={"job_ids": asked}).json()
    assert answer["jobs"] == [studio.job(job_id) for job_id in ids]


@pytest.mark.parametrize("body", [{}, {"job_ids": "x"}, {"job_ids": ["x"] * 201}, []])
def test_anything_but_a_list_of_bounded_length_is_refused(studio: Studio, body: object) -> None:
    refused = studio.call("POST", "/v1/jobs:batchStatus", json=body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_request")


def test_things_that_are_no_strings_are_left_out(studio: Studio) -> None:
    assert studio.call("POST", "/v1/jobs:batchStatus", json={"job_ids": [1, None, {}]}).json() == {"jobs": []}
