"""The public contract keeps what was released, unless the changelog says otherwise.

`config/openapi.released.yaml` is the document of the last release; `docs/decisions/0020` says what counts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from config.embedded.bootstrap import ROOT
from config.lint.shapes import Comparison, Schema, resolve

RELEASED = ROOT / "config" / "openapi.released.yaml"
CURRENT = ROOT / "config" / "openapi.yaml"
CHANGELOG = ROOT / "CHANGELOG.md"
_METHODS = ("get", "put", "post", "delete", "patch")
_UNRELEASED = re.compile(r"^## Unreleased$(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_ANNOUNCED = re.compile(r"^\s*(?:- )?\*\*Breaking\*\*(.*(?:\n[^\S\n]+(?!- ).*)*)", re.MULTILINE)
_ADVICE = (
    "This breaks what was released. Take it back, or say so in CHANGELOG.md under Unreleased, in a line "
    "that begins with **Breaking** and names the operation id:"
)


@dataclass(frozen=True, slots=True)
class Break:
    operation_id: str
    what: str


def problems() -> list[str]:
    announced = set(_words_announced(CHANGELOG.read_text()))
    found = [one for one in between(_read(RELEASED), _read(CURRENT)) if one.operation_id not in announced]
    if not found:
        return []
    return [_ADVICE, *(f"{one.operation_id}: {one.what}" for one in found)]


def between(old: Schema, new: Schema) -> list[Break]:
    """All that breaks from one document to the other, by operations of the old one."""
    return [
        Break(operation["operationId"], what)
        for path, method, operation in _operations(old)
        for what in _Operations(old, new).breaks(operation, new["paths"].get(path, {}).get(method))
    ]


def _words_announced(changelog: str) -> Iterator[str]:
    unreleased = _UNRELEASED.search(changelog)
    for line in _ANNOUNCED.findall(unreleased.group(1) if unreleased else ""):
        yield from re.findall(r"\w+", line)


def _read(path: Path) -> Schema:
    document: Schema = yaml.safe_load(path.read_text())
    return document


def _operations(document: Schema) -> Iterator[tuple[str, str, Schema]]:
    for path, methods in document["paths"].items():
        yield from ((path, method, methods[method]) for method in _METHODS if method in methods)


@dataclass(frozen=True, slots=True)
class _Operations:
    """The same operation in two documents."""

    old: Schema
    new: Schema

    def breaks(self, old: Schema, new: Schema | None) -> Iterator[str]:
        if new is None:
            yield "the route or its method is gone"
            return
        for word in ("operationId", "security"):
            if old.get(word) != new.get(word):
                yield f"its {word} was {old.get(word)} and is {new.get(word)}"
        yield from self._parameters(_by_name(self.old, old), _by_name(self.new, new))
        yield from self._request(old.get("requestBody", {}), new.get("requestBody", {}))
        yield from self._answers(old["responses"], new["responses"])

    def _parameters(self, old: dict[str, Schema], new: dict[str, Schema]) -> Iterator[str]:
        yield from (f"{name}: is gone" for name in old if name not in new)
        for name, parameter in new.items():
            before = old.get(name, {})
            if parameter.get("required") and not before.get("required"):
                yield f"{name}: has to be sent now"
            if before:
                yield from self._sent(before["schema"], parameter["schema"], name)

    def _request(self, old: Schema, new: Schema) -> Iterator[str]:
        if new.get("required") and not old.get("required"):
            yield "request: a body has to be sent now"
        for kind, media in old.get("content", {}).items():
            now = new.get("content", {}).get(kind)
            if now is None:
                yield f"request: {kind} is no longer taken"
            else:
                yield from self._sent(media["schema"], now["schema"], "request")

    def _sent(self, old: Schema, new: Schema, where: str) -> Iterator[str]:
        return Comparison(self.old, self.new, is_request=True).breaks(old, new, where)

    def _answers(self, old: Schema, new: Schema) -> Iterator[str]:
        for status, described in old.items():
            answer = resolve(self.old, described)
            if status not in new:
                yield f"{status}: is gone ({', '.join(sorted(_codes(answer))) or 'an answer'})"
                continue
            now = resolve(self.new, new[status])
            yield from (
                f"{status}: the error code {code} is gone" for code in sorted(_codes(answer) - _codes(now))
            )
            yield from (
                f"{status}: the header {name} is gone"
                for name in answer.get("headers", {})
                if name not in now.get("headers", {})
            )
            yield from self._contents(status, answer.get("content", {}), now.get("content", {}))

    def _contents(self, status: str, old: Schema, new: Schema) -> Iterator[str]:
        for kind, media in old.items():
            if kind not in new:
                yield f"{status}: is no longer answered as {kind}"
            else:
                comparison = Comparison(self.old, self.new, is_request=False)
                yield from comparison.breaks(media["schema"], new[kind]["schema"], status)


def _by_name(document: Schema, operation: Schema) -> dict[str, Schema]:
    found = [resolve(document, parameter) for parameter in operation.get("parameters", [])]
    return {f"{parameter['in']} {parameter['name']}": parameter for parameter in found}


def _codes(answer: Schema) -> set[str]:
    """The error codes that the examples of a refusal show."""
    examples: Any = answer.get("content", {}).get("application/json", {}).get("examples", {})
    return {code for example in examples.values() if (code := _code(example.get("value")))}


def _code(body: Any) -> str | None:
    error = body.get("error") if isinstance(body, dict) else None
    return error.get("code") if isinstance(error, dict) and "charged" in error else None
