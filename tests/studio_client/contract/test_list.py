"""``GET /v1/jobs``"""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from tests.studio_client import asking
from tests.studio_client.service import Studio


def pages(studio: Studio, since: str) -> list[list[str]]:
    """The ids of all jobs since then, page by page."""
    found, cursor = [], None
    while True:
        query = {"since": since} | ({"cursor": cursor} if cursor else {})
        page = studio.call("GET", f"/v1/jobs?{urlencode(query)}").json()
        found.append([job["job_id"] for job in page["jobs"]])
        cursor = page["next_cursor"]
        if cursor is None:
            return found


def test_each_job_since_a_time_is_listed_once_oldest_first(studio: Studio) -> None:
    ids = [asking.job_id() for _ in range(101)]
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    jobs = [
        studio.call("PUT", f"/v1/jobs/{job_id}", json=asking.generator(deadline=past)).json()
        for job_id in ids
    ]
    listed = pages(studio, jobs[0]["created_at"])
    assert len(listed) > 1
    assert [job_id for page in listed for job_id in page if job_id in set(ids)] == ids
    assert sum(map(len, listed)) == len({job_id for page in listed for job_id in page})
    assert pages(studio, jobs[1]["created_at"])[0][0] == ids[1]


def test_nothing_is_newer_than_the_future(studio: Studio) -> None:
    assert pages(studio, "2999-01-01T00:00:00+00:00") == [[]]


@pytest.mark.parametrize(
    "query", ["since=yesterday", "cursor=abc", "cursor=%C3%A9", "cursor=MjAyNi0wMS0wMSB4"]
)
def test_a_malformed_place_is_refused(studio: Studio, query: str) -> None:
    refused = studio.call("GET", f"/v1/jobs?{query}")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_request")
