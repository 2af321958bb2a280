"""Every answer of the happy paths, and every kind of refusal, against the document that describes it."""

from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from clients.models import issue_key
from tests import routes
from tests import world as worlds
from tests.contract import conftest
from tests.contract.conftest import Document
from tests.world import SWAP, Answer, Api, World, dispatch
from workflows.models import Job


def check(document: Document, path: str, method: str, answer: Answer) -> None:
    """Fails where an answer, or its status, is not as described; fields that are not described count."""
    described = conftest.answers(document, path, method)
    assert str(answer.status_code) in described, f"{method} {path} does not say {answer.status_code}"
    media = described[str(answer.status_code)]["content"][answer["Content-Type"]]
    schema = {**strict(media["schema"]), "components": strict(document["components"])}
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    validator.validate(answer.json())


def strict(node: Any) -> Any:
    """The schema with every object closed that lists its fields."""
    if isinstance(node, list):
        return [strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    closed = {name: strict(value) for name, value in node.items()}
    if isinstance(node.get("properties"), dict) and node.get("type") == "object":
        closed.setdefault("additionalProperties", False)
    return closed


def every_job(world: World) -> dict[str, Job]:
    jobs = {name: dispatch(world, pilot_brand="alpine") for name in ("waiting", "running", "done", "failed")}
    worlds.begin(jobs["running"])
    worlds.succeed(jobs["done"])
    worlds.fail(jobs["failed"])
    return jobs


DOCUMENTS = {"/v1/openapi.json", "/v1/docs"}
READS = [route for route in routes.public() if "GET" in route.methods and route.template not in DOCUMENTS]


@pytest.mark.parametrize("route", READS, ids=str)
def test_reads_answer_as_described(world: World, document: Document, route: routes.Route) -> None:
    jobs = every_job(world)
    refused_request = world.api.post(SWAP, {})["X-Request-Id"]
    identifiers = {
        "backgrounds": [world.background.id],
        "jobs": [job.id for job in jobs.values()],
        "renders": [jobs["done"].id],
        "request-logs": [jobs["done"].request_id, refused_request],
    }
    kind = next((name for name in identifiers if f"/{name}/" in route.template), "")
    for identifier in identifiers.get(kind, [""]):
        answer = world.api.get(route.path(identifier))
        assert answer.status_code == 200
        check(document, routes.as_openapi(route), "get", answer)


def test_a_dispatch_answers_as_described(world: World, document: Document) -> None:
    for _ in range(2):
        answer = world.api.post(SWAP, world.order(), Idempotency_Key="order-1")
        check(document, SWAP, "post", answer)
        described = document["paths"][SWAP]["post"]["responses"]["202"]["headers"]
        assert {"X-Request-Id", "Location", "Retry-After"} <= set(described) & set(answer.headers)


def test_an_upload_answers_as_described(world: World, document: Document) -> None:
    form = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("shoe.png", worlds.picture())})
    answer = world.api.request("POST", "/v1/uploads", form, MULTIPART_CONTENT)
    check(document, "/v1/uploads", "post", answer)


Refused = Callable[[World], Answer]
REFUSALS: dict[str, Refused] = {
    "401": lambda world: Api().post(SWAP, {}),
    "402": lambda world: world.api.post(SWAP, world.order(), X_Max_Credits="1"),
    "403": lambda world: Api(issue_key(world.owner.client, livemode=True, capabilities=[])[1]).post(SWAP, {}),
    "413": lambda world: world.api.post(SWAP, b" " * 10**6),
    "415": lambda world: world.api.request("POST", SWAP, b"x", "text/plain"),
    "422": lambda world: world.api.post(SWAP, {"x": 1}),
}


@pytest.mark.parametrize("status", REFUSALS)
def test_a_refusal_answers_as_described(world: World, document: Document, status: str) -> None:
    answer = REFUSALS[status](world)
    assert str(answer.status_code) == status
    check(document, SWAP, "post", answer)


def test_a_thing_that_is_not_there_answers_as_described(world: World, document: Document) -> None:
    check(document, "/v1/jobs/{public_id}", "get", world.api.get("/v1/jobs/nothing"))
