"""What of a change of a JSON schema breaks those who wrote against the old one.

Of a request: what was taken must still be taken. Of an answer: what comes must be what was described.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]
# Limits that refuse more when they fall, and when they rise.
_UPPER = ("maximum", "maxLength", "maxItems")
_LOWER = ("minimum", "minLength", "minItems")
_EXACT = ("format", "pattern")


def resolve(document: Schema, node: Schema) -> Schema:
    """A node, or what it refers to together with what stands beside the reference."""
    if "$ref" not in node:
        return node
    found: Any = document
    for name in node["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return {**resolve(document, found), **{name: value for name, value in node.items() if name != "$ref"}}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two documents, and whether their schemas are compared as a client sends or as it reads them."""

    old: Schema
    new: Schema
    is_request: bool

    def breaks(
        self, old: Schema, new: Schema, where: str = "", above: frozenset[str] = frozenset()
    ) -> Iterator[str]:
        """A line for each break, with the place that it is at."""
        step = f"{old} {new}"
        if step in above:
            return
        was, became = _flat(self.old, old), _flat(self.new, new)
        yield from (f"{where or 'as a whole'}: {what}" for what in self._itself(was, became))
        yield from self._fields(was, became, where)
        before, now = dict(_parts(was)), dict(_parts(became))
        for part in before.keys() & now.keys():
            yield from self.breaks(before[part], now[part], where + part, above | {step})

    def _itself(self, old: Schema, new: Schema) -> Iterator[str]:
        narrow, wide = (old, new) if self.is_request else (new, old)
        if not _fits(narrow["type"], wide["type"]):
            yield f"its type was {_shown(old['type'])} and is {_shown(new['type'])}"
        yield from self._values(old.get("enum"), new.get("enum"))
        for word in _EXACT:
            before, now = old.get(word), new.get(word)
            promised = now if self.is_request else before
            if before != now and promised is not None:
                yield f"its {word} was {before} and is {now}"
        if self.is_request:
            yield from _tighter(old, new)

    def _values(self, old: list[Any] | None, new: list[Any] | None) -> Iterator[str]:
        if self.is_request and new is not None:
            if old is None:
                yield f"only these are taken now: {_shown(new)}"
            elif gone := set(old) - set(new):
                yield f"no longer taken: {_shown(gone)}"
        if not self.is_request and old is not None:
            if new is None:
                yield "its values are no closed list now"
            elif added := set(new) - set(old):
                yield f"not known to those who read the old list: {_shown(added)}"

    def _fields(self, old: Schema, new: Schema, where: str) -> Iterator[str]:
        before, now = old.get("properties", {}), new.get("properties", {})
        yield from (f"{where}.{name}: is gone" for name in before if name not in now)
        had, has = set(old.get("required", [])), set(new.get("required", []))
        if self.is_request:
            yield from (f"{where}.{name}: has to be sent now" for name in sorted(has - had))
        else:
            yield from (f"{where}.{name}: may be left out now" for name in sorted((had - has) & set(now)))


def _flat(document: Schema, node: Schema) -> Schema:
    """A schema with its choices in one; `type` as a set, in which null is a type like the others."""
    schema = resolve(document, node)
    own = schema.get("type", [])
    merged: Schema = {"type": {own} if isinstance(own, str) else set(own)}
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        one = _flat(document, choice)
        merged = {**merged, **one, "type": merged["type"] | one["type"]}
    return {**schema, **merged}


def _fits(narrow: set[str], wide: set[str]) -> bool:
    """Whether every value of the one's types is of the other's; no type at all means any."""
    if not wide:
        return True
    more = {"integer"} if "number" in wide else set()
    return bool(narrow) and narrow <= wide | more


def _parts(schema: Schema) -> Iterator[tuple[str, Schema]]:
    for name, described in schema.get("properties", {}).items():
        yield f".{name}", described
    for word, part in (("items", "[]"), ("additionalProperties", ".*")):
        if isinstance(schema.get(word), dict):
            yield part, schema[word]


def _tighter(old: Schema, new: Schema) -> Iterator[str]:
    for word in (*_UPPER, *_LOWER):
        before, now = old.get(word), new.get(word)
        if now is None or before == now:
            continue
        if before is None or (now < before if word in _UPPER else now > before):
            yield f"its {word} was {before} and is {now}"
    if "default" in old and old["default"] != new.get("default"):
        yield f"its default was {old['default']} and is {new.get('default')}"


def _shown(values: Any) -> str:
    return " or ".join(sorted(map(str, values))) or "anything"
