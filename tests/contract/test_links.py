"""The links of the document: what an accepted job's answer leads to is there."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests import world as worlds
from tests.contract.conftest import Document
from tests.contract.test_answers import check
from tests.world import SWAP, World
from workflows.models import Job

# A job that has succeeded can't be cancelled.
STATUS = {"cancel": 409}


def operation(document: Document, operation_id: str) -> tuple[str, str]:
    """The path and method of an operation."""
    return next(
        (path, method)
        for path, methods in document["paths"].items()
        for method, described in methods.items()
        if isinstance(described, dict) and described.get("operationId") == operation_id
    )


def links(document: Document) -> dict[str, Any]:
    found: dict[str, Any] = document["paths"][SWAP]["post"]["responses"]["202"]["links"]
    return found


@pytest.mark.parametrize("name", ["job", "events", "cancel", "render", "request_log"])
def test_a_link_leads_there(world: World, document: Document, name: str) -> None:
    link = links(document)[name]
    accepted = world.api.post(SWAP, world.order()).json()
    worlds.succeed(Job.objects.get(id=accepted["job_id"]))
    path, method = operation(document, link["operationId"])
    values = {
        parameter: accepted[expression.removeprefix("$response.body#/")]
        for parameter, expression in link["parameters"].items()
    }
    answer = world.api.request(method.upper(), path.format(**values), b"")
    assert answer.status_code == STATUS.get(name, 200), answer.content
    check(document, path, method, answer)


def test_every_link_is_tried(document: Document) -> None:
    assert set(links(document)) == {"job", "events", "cancel", "render", "request_log"}


def test_an_upload_leads_to_an_order(world: World, document: Document) -> None:
    link = document["paths"]["/v1/uploads"]["post"]["responses"]["201"]["links"]["swap"]
    assert operation(document, link["operationId"]) == (SWAP, "post")
    form = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("shoe.png", worlds.picture())})
    uploaded = world.api.request("POST", "/v1/uploads", form, MULTIPART_CONTENT).json()
    source = {field: uploaded[said.rpartition("/")[2]] for field, said in link["requestBody"].items()}
    assert world.api.post(SWAP, world.order(**source)).status_code == 202
