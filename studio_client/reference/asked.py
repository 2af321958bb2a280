"""Reads HTTP requests: bodies within a cap, parameters within their bounds."""

import base64
import binascii
import json
import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request

from studio_client.reference.answers import Refusal

BODY_CAP = 256 * 1024
LONGEST_WAIT_S = 20.0

_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


def is_job_id(text: object) -> bool:
    return isinstance(text, str) and _ULID.fullmatch(text) is not None


def job_id(request: Request) -> str:
    """The id in the path; a malformed one is an invalid request, for no job could ever have it."""
    text = str(request.path_params["job_id"])
    if not is_job_id(text):
        raise Refusal(400, "invalid_request", "the job id is not a ULID", "/job_id")
    return text


async def body(request: Request) -> dict[str, Any]:
    """The JSON object that was sent."""
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > BODY_CAP:
            raise Refusal(413, "payload_too_large", f"a body has at most {BODY_CAP} bytes")
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "invalid_request", "the body is not JSON", "") from error
    if not isinstance(value, dict):
        raise Refusal(400, "invalid_request", "an object is expected", "")
    return value


def wait(request: Request) -> float:
    """Seconds to hold the answer back."""
    text = request.query_params.get("wait", "0")
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= LONGEST_WAIT_S:
        raise Refusal(400, "invalid_request", f"wait is 0 to {LONGEST_WAIT_S:g} seconds", "/wait")
    return seconds


def since(request: Request) -> datetime:
    text = request.query_params.get("since")
    if text is None:
        return datetime.min.replace(tzinfo=UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(400, "invalid_request", "since is a time as in RFC 3339", "/since") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def cursor(request: Request) -> tuple[datetime, str] | None:
    """The place in the list after which the page begins."""
    text = request.query_params.get("cursor")
    if text is None:
        return None
    try:
        created, _, last = base64.urlsafe_b64decode(text.encode("ascii")).decode("ascii").partition(" ")
        moment = datetime.fromisoformat(created)
    except (ValueError, binascii.Error) as error:
        raise Refusal(400, "invalid_request", "not a cursor of this list", "/cursor") from error
    if moment.tzinfo is None:
        raise Refusal(400, "invalid_request", "not a cursor of this list", "/cursor")
    return moment, last


def cursor_after(created: datetime, last: str) -> str:
    return base64.urlsafe_b64encode(f"{created.isoformat()} {last}".encode("ascii")).decode("ascii")


def known_etags(request: Request) -> Iterator[str]:
    for tag in request.headers.get("If-None-Match", "").split(","):
        yield tag.strip().removeprefix("W/")
