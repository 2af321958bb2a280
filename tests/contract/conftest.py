from typing import Any

import pytest

from tests.world import Api

Document = dict[str, Any]


@pytest.fixture(scope="session")
def document() -> Document:
    """The OpenAPI document as it is served."""
    served: Document = Api().get("/v1/openapi.json").json()
    return served


def resolved(document: Document, node: dict[str, Any]) -> dict[str, Any]:
    """What a node says, or what the component says that it refers to."""
    if "$ref" not in node:
        return node
    found: Any = document
    for name in node["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return resolved(document, found)


def answers(document: Document, path: str, method: str) -> dict[str, dict[str, Any]]:
    """The described answers of an operation by status."""
    described = document["paths"][path][method]["responses"]
    return {status: resolved(document, answer) for status, answer in described.items()}
