"""Request bodies: capped before they are read, JSON taken strictly."""

import json
from collections.abc import Mapping
from typing import IO, Any, Never

from django.conf import settings
from django.http import HttpRequest
from rest_framework.parsers import BaseParser

from clients.api import errors

_CHUNK = 64 * 1024
_DRAIN = 32 * 1024 * 1024


def check_size(request: HttpRequest) -> None:
    """Raises PayloadTooLarge for a body over the limit of its kind, LengthRequired for one without a length.

    What was announced is read and dropped first, within reason: a connection closed over an unread body
    is reset, and the client would never see the answer.
    """
    if request.headers.get("Transfer-Encoding"):
        # Django would read nothing of it, and its sender would be told that fields are missing.
        raise errors.LengthRequired()
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if length <= limit(request):
        return
    left = min(length, _DRAIN)
    while left > 0 and (chunk := request.read(min(_CHUNK, left))):
        left -= len(chunk)
    raise errors.PayloadTooLarge(f"A body of this kind may have at most {limit(request)} bytes.")


def limit(request: HttpRequest) -> int:
    """The largest body taken, in bytes."""
    if (request.content_type or "").startswith("multipart/"):
        return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    return int(settings.JSON_BODY_MAX_BYTES)


class StrictJSONParser(BaseParser):
    """JSON as RFC 8259 has it: UTF-8, no NaN, no doubled names. Raises ValidationFailed (`json_invalid`)."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        # Read as Django keeps it: the log of a refused request wants it again.
        raw: bytes = (parser_context or {})["request"].body
        try:
            return json.loads(raw.decode("utf-8"), parse_constant=_refuse, object_pairs_hook=_without_doubles)
        except (ValueError, RecursionError) as error:
            fault = errors.Fault(("body",), f"JSON decode error: {error}"[:300], "json_invalid")
            raise errors.ValidationFailed([fault]) from error


def _refuse(constant: str) -> Never:
    raise ValueError(f"{constant} is not JSON")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return names
