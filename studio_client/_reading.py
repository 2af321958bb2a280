"""Takes checked values out of decoded JSON; what is missing or of the wrong kind is :class:`Unreadable`."""

import json
import math
from collections.abc import Mapping
from typing import NoReturn


class Unreadable(ValueError):
    """The answer is not what the protocol says it is."""


def decode(content: bytes) -> Mapping[str, object]:
    """The JSON object in ``content``; NaN, Infinity and absurdly deep nesting are refused."""
    try:
        value = json.loads(content, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Unreadable("not JSON") from error
    return mapping(value)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise Unreadable("an object is missing")
    return value


def rows(body: Mapping[str, object], key: str) -> list[object]:
    """A list that may be absent."""
    value = body.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Unreadable(f"{key} is not a list")
    return value


def text(body: Mapping[str, object], key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str):
        raise Unreadable(f"{key} is not a string")
    return value


def text_or_none(body: Mapping[str, object], key: str) -> str | None:
    return None if body.get(key) is None else text(body, key)


def texts(body: Mapping[str, object], key: str) -> tuple[str, ...]:
    values = rows(body, key)
    if not all(isinstance(value, str) for value in values):
        raise Unreadable(f"{key} holds something that is not a string")
    return tuple(str(value) for value in values)


def whole(body: Mapping[str, object], key: str) -> int:
    """A whole number that is not negative."""
    value = body.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Unreadable(f"{key} is not a whole number")
    return value


def number(value: object, name: str) -> float:
    """A finite number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise Unreadable(f"{name} is not a number")
    try:
        finite = float(value)
    except OverflowError:
        finite = math.inf
    if not math.isfinite(finite):
        raise Unreadable(f"{name} is not finite")
    return finite


def fraction(body: Mapping[str, object], key: str) -> float:
    value = number(body.get(key), key)
    if not 0 <= value <= 1:
        raise Unreadable(f"{key} is not between 0 and 1")
    return value


def flag(body: Mapping[str, object], key: str) -> bool:
    value = body.get(key)
    if not isinstance(value, bool):
        raise Unreadable(f"{key} is not true or false")
    return value
