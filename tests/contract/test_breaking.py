"""Each kind of break is found when it is planted; what only adds is none; the changelog can announce one."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.lint import breaking
from tests.contract.conftest import Document
from tests.world import SWAP

Change = Callable[[Document], object]
DISPATCH = "background_swap_with_image"


def request(document: Document) -> Any:
    return document["components"]["schemas"]["BackgroundSwapWithImageRequest"]


def schema(document: Document, name: str) -> Any:
    return document["components"]["schemas"][name]


def swap(document: Document) -> Any:
    return document["paths"][SWAP]["post"]


def parameter(document: Document, path: str, name: str) -> Any:
    return next(one for one in document["paths"][path]["get"]["parameters"] if one["name"] == name)


def new_parameter(document: Document, *, required: bool) -> None:
    header = {"in": "header", "name": "X-New", "required": required, "schema": {"type": "string"}}
    swap(document)["parameters"].append(header)


def without_code(document: Document) -> None:
    answer = swap(document)["responses"]["402"]
    del answer["content"]["application/json"]["examples"]["price_above_limit"]


# What is planted → operation, and what the check says of it.
BREAKS: dict[str, tuple[Change, str, str]] = {
    "a route removed": (lambda new: new["paths"].pop("/v1/renders"), "list_renders", "is gone"),
    "a method removed": (lambda new: new["paths"][SWAP].pop("post"), DISPATCH, "is gone"),
    "an operation renamed": (
        lambda new: swap(new).update(operationId="swap"),
        DISPATCH,
        "its operationId was background_swap_with_image and is swap",
    ),
    "a success removed": (lambda new: swap(new)["responses"].pop("202"), DISPATCH, "202: is gone"),
    "a header of an answer removed": (
        lambda new: swap(new)["responses"]["202"]["headers"].pop("Location"),
        DISPATCH,
        "202: the header Location is gone",
    ),
    "another media type": (
        lambda new: new["paths"]["/v1/credits/entries"]["get"]["responses"]["200"]["content"].pop("text/csv"),
        "list_credit_entries",
        "200: is no longer answered as text/csv",
    ),
    "a field of an answer removed": (
        lambda new: schema(new, "JobCredits")["properties"].pop("net"),
        "get_job",
        "200.credits.net: is gone",
    ),
    "a field of an answer optional": (
        lambda new: schema(new, "WorkflowAcceptedResponse")["required"].remove("job_id"),
        DISPATCH,
        "202.job_id: may be left out now",
    ),
    "a field of an answer nullable": (
        lambda new: schema(new, "JobSummary")["properties"].update(
            request_id={"anyOf": [{"type": "string"}, {"type": "null"}]}
        ),
        "list_jobs",
        "200.jobs[].request_id: its type was string and is null or string",
    ),
    "a type of an answer changed": (
        lambda new: schema(new, "Credits")["properties"]["balance"].update(type="string"),
        "get_credits",
        "200.balance: its type was integer and is string",
    ),
    "a value new in an answer": (
        lambda new: schema(new, "EntryKind")["enum"].append("GIFT"),
        "list_credit_entries",
        "200.entries[].kind: not known to those who read the old list: GIFT",
    ),
    "a field of a request removed": (
        lambda new: request(new)["properties"].pop("pilot_brand"),
        DISPATCH,
        "request.pilot_brand: is gone",
    ),
    "a field of a request required": (
        lambda new: request(new)["required"].append("pilot_brand"),
        DISPATCH,
        "request.pilot_brand: has to be sent now",
    ),
    "a field of a request no longer nullable": (
        lambda new: request(new)["properties"].update(pilot_brand={"type": "string", "maxLength": 255}),
        DISPATCH,
        "request.pilot_brand: its type was null or string and is string",
    ),
    "a field of a request shorter": (
        lambda new: request(new)["properties"]["output_preset"].update(maxLength=10),
        DISPATCH,
        "request.output_preset: its maxLength was 255 and is 10",
    ),
    "a body required": (
        lambda new: new["paths"]["/v1/jobs/{public_id}/cancel"]["post"].update(
            requestBody={"required": True}
        ),
        "cancel_job",
        "request: a body has to be sent now",
    ),
    "a body's media type removed": (
        lambda new: swap(new)["requestBody"]["content"].pop("application/json"),
        DISPATCH,
        "request: application/json is no longer taken",
    ),
    "a value of a request removed": (
        lambda new: parameter(new, "/v1/catalog/backgrounds", "status")["schema"]["enum"].remove("archived"),
        "list_backgrounds",
        "query status: no longer taken: archived",
    ),
    "a parameter removed": (
        lambda new: new["paths"]["/v1/jobs"]["get"]["parameters"].remove(
            parameter(new, "/v1/jobs", "offset")
        ),
        "list_jobs",
        "query offset: is gone",
    ),
    "a parameter required": (
        lambda new: new_parameter(new, required=True),
        DISPATCH,
        "header X-New: has to be sent now",
    ),
    "another default": (
        lambda new: parameter(new, "/v1/jobs", "limit")["schema"].update(default=20),
        "list_jobs",
        "query limit: its default was 50 and is 20",
    ),
    "an error code removed": (without_code, DISPATCH, "402: the error code PRICE_ABOVE_LIMIT is gone"),
    "an error removed": (lambda new: swap(new)["responses"].pop("402"), DISPATCH, "402: is gone"),
    "another way to authenticate": (lambda new: swap(new).update(security=[]), DISPATCH, "its security was"),
}
HARMLESS: dict[str, Change] = {
    "a new route": lambda new: new["paths"].update({"/v1/new": new["paths"]["/v1/me"]}),
    "a new answer's field": lambda new: schema(new, "Credits")["properties"].update(new={"type": "string"}),
    "a new optional field": lambda new: request(new)["properties"].update(new={"type": "string"}),
    "a required field that became optional": lambda new: request(new)["required"].remove("output_preset"),
    "an answer's field that is always there now": lambda new: schema(new, "HTTPValidationError").update(
        required=["error"]
    ),
    "a new optional parameter": lambda new: new_parameter(new, required=False),
    "a longer string": lambda new: request(new)["properties"]["output_preset"].update(maxLength=300),
    "a new error": lambda new: swap(new)["responses"].update({"418": swap(new)["responses"]["402"]}),
    "other words": lambda new: swap(new).update(summary="Swap", description="Swaps."),
    "an integer where any number was": lambda new: schema(new, "JobSummary")["properties"]["progress"].update(
        type="integer", format="double"
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_break_is_found(document: Document, name: str) -> None:
    change, operation_id, what = BREAKS[name]
    new = copy.deepcopy(document)
    change(new)
    found = breaking.between(document, new)
    assert any(one.operation_id == operation_id and what in one.what for one in found), found


@pytest.mark.parametrize("name", HARMLESS)
def test_what_harms_nobody_is_no_break(document: Document, name: str) -> None:
    new = copy.deepcopy(document)
    HARMLESS[name](new)
    assert new != document
    assert breaking.between(document, new) == []


UNRELEASED = (
    "# Changelog\n\n## Unreleased\n\n### Changed\n{line}\n\n## 1.0.0\n- **Breaking** `get_credits` is old.\n"
)


@pytest.fixture
def broken(document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The changelog of a project whose document lacks a field that was released."""
    new = copy.deepcopy(document)
    del schema(new, "Credits")["properties"]["in_flight"]
    for name, one in {"RELEASED": document, "CURRENT": new}.items():
        path = tmp_path / f"{name}.yaml"
        path.write_text(yaml.safe_dump(one))
        monkeypatch.setattr(breaking, name, path)
    monkeypatch.setattr(breaking, "CHANGELOG", tmp_path / "CHANGELOG.md")
    return tmp_path / "CHANGELOG.md"


@pytest.mark.parametrize(
    "line", ["- The field is gone from `get_credits`.", "- **Breaking** `get_job` is another.", ""]
)
def test_a_break_that_nobody_announced_fails(broken: Path, line: str) -> None:
    broken.write_text(UNRELEASED.format(line=line))
    assert breaking.problems()[1:] == ["get_credits: 200.in_flight: is gone"]


@pytest.mark.parametrize(
    "line",
    [
        "- **Breaking** `get_credits` no longer tells `in_flight`.",
        "**Breaking**: get_credits, get_job",
        "- **Breaking** A line that goes on, until it names on the next one\n  the operation `get_credits`.",
    ],
)
def test_a_break_that_the_changelog_announces_passes(broken: Path, line: str) -> None:
    broken.write_text(UNRELEASED.format(line=line))
    assert breaking.problems() == []
