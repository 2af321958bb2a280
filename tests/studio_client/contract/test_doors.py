"""The token, unknown paths, and what Studio says about itself."""

import pytest
import requests

from tests.studio_client.service import Studio

ROUTES = [
    ("PUT", "/v1/jobs/01ARZ3NDEKTSV4RRFFQ69G5FAV"),
    ("GET", "/v1/jobs/01ARZ3NDEKTSV4RRFFQ69G5FAV"),
    ("POST", "/v1/jobs/01ARZ3NDEKTSV4RRFFQ69G5FAV/cancel"),
    ("GET", "/v1/jobs/01ARZ3NDEKTSV4RRFFQ69G5FAV/output"),
    ("POST", "/v1/jobs:batchStatus"),
    *(
        ("GET", path)
        for path in ("/v1/jobs", "/v1/health", "/v1/ready", "/v1/capabilities", "/metrics", "/no")
    ),
]


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", "Basic {token}", "bearer é"])
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_no_route_answers_without_the_token(studio: Studio, method: str, path: str, given: str) -> None:
    headers = {"Authorization": given.format(token=studio.token).encode()} if given else {}
    refused = requests.request(method, studio.url + path, headers=headers, timeout=10)
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "unauthorized")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [("GET", "/v2/jobs", 404, "not_found"), ("DELETE", "/v1/jobs", 405, "method_not_allowed")],
)
def test_what_is_not_there_is_said_in_the_same_envelope(
    studio: Studio, method: str, path: str, status: int, code: str
) -> None:
    refused = studio.call(method, path)
    assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)
    assert refused.json()["error"]["retryable"] is False


def test_studio_says_what_it_can_do(studio: Studio) -> None:
    found = studio.call("GET", "/v1/capabilities").json()
    assert "background-swap-with-image" in found["workflows"]
    assert "jpeg" in found["formats"]
    assert found["limits"]["source_bytes"] == 25 * 1024 * 1024
    assert found["engine"]["name"]


def test_studio_says_how_it_is(studio: Studio) -> None:
    assert studio.call("GET", "/v1/health").json() == {"status": "ok"}
    assert studio.call("GET", "/v1/ready").json() == {"status": "ready"}
