"""What any route can answer: 404, 405, 500, 503; always the same envelope."""

import functools
import json
import re

import psycopg
import pytest
from django.db import connection
from pytest_django import Settings

from clients.models import Client, issue_key
from config import onboarding
from tests import databases
from tests.world import SWAP, Api, World, refused

UNKNOWN = [
    "/v1/", "/v1/nothing", "/v1//jobs", "/v1/jobs/", f"{SWAP}/", "/v1/jobs/a/b", "/v1/%00", "/v1/\u2603",
    "/v1/%ff", "/v1/../admin", "/v1/" + "x" * 3000, "/internal/nothing", "/v1/openapi.yaml",
]  # fmt: skip


@pytest.mark.parametrize("path", UNKNOWN)
def test_an_unknown_path_answers_the_envelope(world: World, path: str) -> None:
    for method in ("GET", "POST", "DELETE"):
        call = functools.partial(world.api.request, method, path)
        refused(call, 404, "RESOURCE_NOT_FOUND", logged=False)


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "TRACE", "PURGE", "HEAD", "get"])
def test_the_swap_takes_nothing_but_post(world: World, method: str) -> None:
    answer = world.api.request(method, SWAP)
    assert answer.status_code == 405
    assert answer["Allow"] == "POST, OPTIONS"
    if method != "HEAD":
        refused(lambda: world.api.request(method, SWAP), 405, "METHOD_NOT_ALLOWED", logged=False)


def test_a_post_that_is_not_allowed_is_logged(world: World) -> None:
    refused(lambda: world.api.post("/v1/jobs", {}), 405, "METHOD_NOT_ALLOWED")
    refused(lambda: world.api.post("/v1/jobs/%00%01\u2603", {}), 405, "METHOD_NOT_ALLOWED")


@pytest.mark.parametrize("path", ["/v1/docs", "/v1/openapi.json"])
def test_the_open_routes_answer_the_envelope_too(world: World, path: str) -> None:
    refused(lambda: Api().post(path, {}), 405, "METHOD_NOT_ALLOWED", logged=False)


@pytest.mark.parametrize(
    "accept", ["text/html", "text/csv", "application/xml", "image/*", "", ";;", "*/*;q=0", "\xff"]
)
def test_answers_json_whatever_is_accepted(world: World, accept: str) -> None:
    answer = world.api.get("/v1/me", Accept=accept)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    refused(lambda: world.api.post(SWAP, {}, Accept=accept), 422, "VALIDATION_ERROR")


def test_format_is_a_parameter_like_any_other(world: World) -> None:
    refused(lambda: world.api.get("/v1/jobs?format=xml"), 422, "VALIDATION_ERROR", logged=False)


def test_refuses_too_many_parameters(world: World) -> None:
    query = "&".join(f"p{number}=1" for number in range(2000))
    refused(lambda: world.api.get(f"/v1/jobs?{query}"), 422, "VALIDATION_ERROR", logged=False)


def test_a_foreign_host_answers_the_envelope(world: World) -> None:
    refused(lambda: world.api.post(SWAP, {}, Host="evil.example"), 404, "RESOURCE_NOT_FOUND", logged=False)


def test_a_bug_answers_the_envelope_and_tells_nothing(world: World) -> None:
    # A client without its accounts can't exist by any verb: every route that asks for one breaks.
    broken = Client.objects.create(name="Broken", signing_secret_encrypted=b"")
    api = Api(issue_key(broken, livemode=True)[1])
    body = refused(lambda: api.post(SWAP, world.order(source_image_s3_key="x")), 422, "VALIDATION_ERROR")
    body = refused(lambda: api.get("/v1/credits"), 500, "INTERNAL_ERROR", logged=False)
    assert not re.search(r"Traceback|DoesNotExist|CreditAccount|matching|\.py", json.dumps(body))


def test_a_bug_in_a_post_leaves_its_request_log_only(world: World) -> None:
    # Its secret can't be decrypted, so that the check of a signature fails as a bug does.
    Client.objects.filter(pk=world.owner.client.pk).update(signing_secret_encrypted=b"broken")
    body = refused(
        lambda: world.api.post(SWAP, world.order(), X_Shopify_Hmac_Sha256="x"), 500, "INTERNAL_ERROR"
    )
    assert "FIELD_ENCRYPTION_KEYS" not in json.dumps(body)
    assert body["error"]["retryable"] is True


def test_the_database_away_is_a_503(committed_db: databases.Database) -> None:
    key = onboarding.create_client("Away").api_key
    assert Api(key).get("/v1/me").status_code == 200
    with databases.using(databases.Database(databases.name_of("nowhere"))):
        for answer in (Api(key).get("/v1/me"), Api(key).post(SWAP, {})):
            error = answer.json()["error"]
            assert (answer.status_code, error["code"]) == (503, "SERVICE_UNAVAILABLE")
            assert error["request_id"] == answer["X-Request-Id"]
            assert error["retryable"] is True
            assert int(answer["Retry-After"]) > 0
            assert "nowhere" not in answer.content.decode()
    assert Api(key).get("/v1/me").status_code == 200


def test_the_database_away_is_a_503_outside_of_views_too(committed_db: databases.Database) -> None:
    """A session cookie has the database asked before any view."""
    with databases.using(databases.Database(databases.name_of("nowhere"))):
        answer = Api().get("/v1/me", Cookie="sessionid=abcdefghijklmnopqrstuvwxyz012345")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "SERVICE_UNAVAILABLE")
    assert int(answer["Retry-After"]) > 0


def test_the_callback_of_studio_answers_the_envelope(world: World) -> None:
    callback = "/internal/studio/callback"
    refused(lambda: Api().get(callback), 405, "METHOD_NOT_ALLOWED", logged=False)
    refused(lambda: Api().post(callback, {"job_id": 5}), 401, "UNAUTHENTICATED", logged=False)
    refused(lambda: Api().post(callback, b"x" * 20_000), 413, "PAYLOAD_TOO_LARGE", logged=False)


def test_a_cut_connection_is_a_503_once(committed_db: databases.Database) -> None:
    key = onboarding.create_client("Cut").api_key
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    with psycopg.connect(committed_db.owner_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    answer = Api(key).get("/v1/me")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "SERVICE_UNAVAILABLE")
    connection.close()
    assert Api(key).get("/v1/me").status_code == 200


def test_a_callers_own_request_id_is_not_taken(world: World) -> None:
    answer = world.api.get("/v1/me", X_Request_Id="01ARZ3NDEKTSV4RRFFQ69G5FAV")
    assert answer["X-Request-Id"] != "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def test_every_answer_has_a_request_id_of_its_own(world: World, settings: Settings) -> None:
    paths = ["/v1/me", "/v1/docs", "/v1/openapi.json", "/v1/nothing", "/nothing", "/healthz", "/files/x"]
    found = [Api().get(path)["X-Request-Id"] for path in paths]
    assert len(set(found)) == len(paths)
