"""The OpenAPI document: valid, current, complete, and served."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from tests import routes
from tests.contract import conftest
from tests.contract.conftest import Document
from tests.world import Api

OPEN = {"/v1/openapi.json", "/v1/docs"}
METHODS = {"get", "post", "put", "patch", "delete"}


def operations(document: Document) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]


def test_the_committed_document_is_current(tmp_path: Path) -> None:
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", "--file", str(made), "--validate", "--fail-on-warn")
    committed = settings.BASE_DIR / "config" / "openapi.yaml"
    assert committed.read_text() == made.read_text(), (
        "bring it up to date: python3 manage.py spectacular --file config/openapi.yaml"
    )


def test_it_is_openapi_3_1(document: Document) -> None:
    assert document["openapi"].startswith("3.1.")


def test_it_has_every_public_route_and_no_other(document: Document) -> None:
    declared = {
        (routes.as_openapi(route), method.lower())
        for route in routes.public()
        if route.template not in OPEN
        for method in route.methods
    }
    assert {(path, method) for path, method, _ in operations(document)} == declared


def test_every_operation_is_described(document: Document) -> None:
    found = operations(document)
    ids = [operation["operationId"] for _, _, operation in found]
    assert len(set(ids)) == len(ids)
    for path, method, operation in found:
        assert operation["summary"], path
        assert operation["tags"], path
        assert operation["security"] == [{"bearer": []}], path
        assert {"401", "403", "500", "503"} <= set(operation["responses"]), path
        described = conftest.answers(document, path, method).values()
        assert all(answer["description"] for answer in described), path


def test_every_refusal_is_the_envelope(document: Document) -> None:
    for path, method, _ in operations(document):
        for status, answer in conftest.answers(document, path, method).items():
            if status.startswith(("4", "5")):
                name = answer["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
                expected = "HTTPValidationError" if status == "422" else "ErrorEnvelope"
                assert name == expected, (path, status)


def test_no_trace_of_the_generator_is_left(document: Document) -> None:
    assert "x-spec-enum-id" not in str(document)


@pytest.mark.parametrize("accept", ["", "*/*", "text/html", "application/json", "application/yaml"])
def test_is_served_without_a_key(accept: str, document: Document) -> None:
    answer = Api().get("/v1/openapi.json", Accept=accept)
    assert answer.status_code == 200
    assert answer.json()["paths"].keys() == document["paths"].keys()
    assert "json" in answer["Content-Type"]
