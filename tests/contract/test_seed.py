"""The page that this API was ordered by: its names, fields, required lists, titles and words."""

from typing import Any

import pytest

from tests.contract import conftest
from tests.contract.conftest import Document

PATH = "/v1/background-swap-with-image"
# Component → its fields in the page's order, with the titles that it shows; those required stand in REQUIRED.
FIELDS: dict[str, dict[str, str | None]] = {
    "BackgroundSwapWithImageRequest": {
        "source_image_s3_key": "Source Image S3 Key",
        "source_render_public_id": "Source Render Public Id",
        "background_image_public_id": "Background Image Public Id",
        "output_preset": "Output Preset",
        "pilot_brand": "Pilot Brand",
    },
    "WorkflowAcceptedResponse": {
        "request_id": "Request Id",
        "status": None,
        "credits_cost": "Credits Cost",
    },
    "HTTPValidationError": {"detail": "Detail"},
    "ValidationError": {"loc": "Location", "msg": "Message", "type": "Error Type"},
}
REQUIRED = {
    "BackgroundSwapWithImageRequest": {"background_image_public_id", "output_preset"},
    "WorkflowAcceptedResponse": {"request_id", "credits_cost"},
    "HTTPValidationError": set(),
    "ValidationError": {"loc", "msg", "type"},
}
# What the gateway adds to the page: where the job is read, and the envelope of every error.
ADDED = {"WorkflowAcceptedResponse": {"job_id"}, "HTTPValidationError": {"error"}}


@pytest.fixture
def operation(document: Document) -> dict[str, Any]:
    found: dict[str, Any] = document["paths"][PATH]["post"]
    return found


@pytest.fixture
def components(document: Document) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"]
    return found


def schema_of(answer: dict[str, Any]) -> str:
    (kind,) = answer["content"]
    assert kind == "application/json"
    return str(answer["content"][kind]["schema"]["$ref"]).rpartition("/")[2]


def test_the_operation_is_the_pages(document: Document, operation: dict[str, Any]) -> None:
    answers = conftest.answers(document, PATH, "post")
    assert operation["summary"] == "Dispatch a background-swap (with image) workflow"
    assert operation["requestBody"]["required"] is True
    assert schema_of(operation["requestBody"]) == "BackgroundSwapWithImageRequest"
    assert schema_of(answers["202"]) == "WorkflowAcceptedResponse"
    assert schema_of(answers["422"]) == "HTTPValidationError"
    assert answers["202"]["description"] == "Successful Response"
    assert answers["422"]["description"] == "Validation Error"


def test_it_is_called_with_a_bearer_token(document: Document, operation: dict[str, Any]) -> None:
    ((scheme, _),) = operation["security"][0].items()
    assert document["components"]["securitySchemes"][scheme]["scheme"] == "bearer"
    assert any(parameter["in"] == "header" for parameter in operation["parameters"])


@pytest.mark.parametrize("name", FIELDS)
def test_a_component_has_the_pages_fields(components: dict[str, Any], name: str) -> None:
    component = components[name]
    assert component["type"] == "object"
    assert component["title"] == name
    assert [field for field in component["properties"] if field not in ADDED.get(name, ())] == list(
        FIELDS[name]
    )
    titles = {field: component["properties"][field].get("title") for field in FIELDS[name]}
    assert titles == FIELDS[name]


@pytest.mark.parametrize("name", REQUIRED)
def test_a_component_requires_what_the_page_requires(components: dict[str, Any], name: str) -> None:
    assert set(components[name].get("required", [])) - ADDED.get(name, set()) == REQUIRED[name]


def test_the_request_is_described_in_the_pages_words(components: dict[str, Any]) -> None:
    request = components["BackgroundSwapWithImageRequest"]
    assert request["description"] == "POST /v1/background-swap-with-image — swap to a catalog background."


def test_the_answer_is_described_in_the_pages_words(components: dict[str, Any]) -> None:
    answer = components["WorkflowAcceptedResponse"]
    fields = answer["properties"]
    assert answer["description"] == "Returned synchronously from any POST /v1/{name} (202)."
    assert fields["request_id"]["description"] == "26-char ULID — correlates with the row in request_logs."
    assert fields["status"]["description"] == (
        "Studio’s job status at submit time. Almost always NOT_STARTED in this 202."
    )
    assert fields["credits_cost"]["description"] == (
        "Credits deducted from the calling client. Refunded automatically on any failure path."
    )


def test_the_types_are_the_pages(components: dict[str, Any]) -> None:
    answer = components["WorkflowAcceptedResponse"]["properties"]
    assert (answer["request_id"]["type"], answer["credits_cost"]["type"]) == ("string", "integer")
    assert answer["status"]["$ref"] == "#/components/schemas/JobStatus"
    assert answer["status"]["default"] == "NOT_STARTED"
    assert components["JobStatus"]["enum"] == ["NOT_STARTED", "IN_PROGRESS", "SUCCESS", "FAILURE"]
    assert components["JobStatus"]["type"] == "string"
    fault = components["ValidationError"]["properties"]
    assert [fault[name]["type"] for name in ("loc", "msg", "type")] == ["array", "string", "string"]
    detail = components["HTTPValidationError"]["properties"]["detail"]
    assert (detail["type"], detail["items"]) == ("array", {"$ref": "#/components/schemas/ValidationError"})


@pytest.mark.parametrize("name", ["source_image_s3_key", "source_render_public_id", "pilot_brand"])
def test_optional_fields_take_null(components: dict[str, Any], name: str) -> None:
    field = components["BackgroundSwapWithImageRequest"]["properties"][name]
    assert [choice["type"] for choice in field["anyOf"]] == ["string", "null"]
