"""What is known of a request beyond what Django holds: kept in its environ, as WSGI has it."""

import time
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from clients import ulids
from clients.callers import Caller

_KEY = "gateway.request"


@dataclass(slots=True)
class Known:
    """Grows while a request is answered: its id first, its caller once the API key is checked."""

    request_id: str
    # Of the monotonic clock.
    started: float
    caller: Caller | None = None
    # What a refusal was called.
    error_code: str | None = None
    is_logged: bool = False
    # What every answer to it carries, whoever gives it.
    headers: dict[str, str] = field(default_factory=dict)
    # Columns of the request log that only the verb knows.
    log_columns: dict[str, Any] = field(default_factory=dict)


def begin(request: HttpRequest) -> Known:
    """Gives a request its ULID."""
    begun = Known(request_id=ulids.new(), started=time.monotonic())
    request.META[_KEY] = begun
    return begun


def known(request: HttpRequest) -> Known:
    """What is known by now; Django REST framework's requests are taken as well."""
    found: Known = request.META[_KEY]
    return found


def caller(request: HttpRequest) -> Caller:
    """Who calls a view that asks for a key."""
    found = known(request).caller
    if found is None:
        raise LookupError("nobody has been authenticated on this request")
    return found
