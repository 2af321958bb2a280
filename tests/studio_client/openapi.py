"""Holds Studio's answers against the OpenAPI file."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import yaml
from jsonschema import Draft202012Validator

FILE = Path(__file__).parents[2] / "docs" / "studio-protocol.openapi.yaml"
DOCUMENT: dict[str, Any] = yaml.safe_load(FILE.read_text())

_PATHS = {
    re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))): methods
    for path, methods in DOCUMENT["paths"].items()
}


def check(response: requests.Response, *_: Any, **__: Any) -> None:
    """Fails if the answer is one that the file does not have; a hook for ``requests``."""
    request = response.request
    path = urlsplit(str(request.url)).path
    for pattern, methods in _PATHS.items():
        operation = methods.get(str(request.method).lower())
        if operation and pattern.fullmatch(path):
            _check_answer(response, operation["responses"])


def _check_answer(response: requests.Response, responses: dict[str, Any]) -> None:
    where = f"{response.request.method} {response.request.url}: {response.status_code}"
    assert str(response.status_code) in responses, where
    described = _resolved(responses[str(response.status_code)])
    media_type = response.headers.get("Content-Type", "").partition(";")[0]
    assert media_type in described.get("content", {"": {}}), where
    for name, header in described.get("headers", {}).items():
        assert name in response.headers or not header.get("required"), f"{where}: {name}"
    if media_type == "application/json":
        _check_body(response.json(), described["content"][media_type]["schema"], where)


def _check_body(body: object, schema: dict[str, Any], where: str) -> None:
    whole = {**schema, "components": DOCUMENT["components"]}
    faults = [
        f"{fault.json_path}: {fault.message}" for fault in Draft202012Validator(whole).iter_errors(body)
    ]
    assert faults == [], where


def _resolved(value: dict[str, Any]) -> dict[str, Any]:
    found: Any = value
    while "$ref" in found:
        path = found["$ref"].removeprefix("#/").split("/")
        found = DOCUMENT
        for name in path:
            found = found[name]
    return dict(found)
