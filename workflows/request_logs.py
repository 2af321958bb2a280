"""The log of requests that could change something: one row for every POST whose key is known."""

import json
import time
from collections.abc import Callable

import structlog
from django.db import Error, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse

from clients import secrets
from clients.api import requests
from workflows.models import RequestLog

log = structlog.get_logger(__name__)

BODY_KEPT = 16 * 1024


def write(request: HttpRequest, **columns: object) -> None:
    """The row of a request, within whatever transaction is open."""
    known, caller = requests.known(request), requests.caller(request)
    RequestLog.objects.create(
        id=known.request_id,
        client_id=caller.client.id,
        livemode=caller.livemode,
        api_key_id=caller.api_key.id,
        method=request.method or "",
        path=secrets.masked(request.path)[:1024].replace("\x00", "\ufffd"),
        duration_ms=round((time.monotonic() - known.started) * 1000),
        **columns,
    )


class RequestLogMiddleware:
    """Writes what a verb has not written itself: refusals, replays, uploads."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        known = requests.known(request)
        if request.method == "POST" and known.caller and not known.is_logged:
            self._write(request, response)
        return response

    def _write(self, request: HttpRequest, response: HttpResponse) -> None:
        try:
            try:
                self._insert(request, response)
            except (OperationalError, InterfaceError):
                # Perhaps it was only this connection that was cut.
                connection.close()
                self._insert(request, response)
        except Error as error:
            # The answer stands whether or not it can be written down.
            log.error("request_log_not_written", error=str(error).strip())
            connection.close()

    def _insert(self, request: HttpRequest, response: HttpResponse) -> None:
        known = requests.known(request)
        refused = response.status_code >= 400
        write(
            request,
            status=response.status_code,
            error_code=known.error_code,
            error_message=_message(response) if refused else None,
            body=_body(request) if refused else None,
            **known.log_columns,
        )


def _message(response: HttpResponse) -> str | None:
    try:
        return secrets.masked(json.loads(response.content)["error"]["message"])[:1000]
    except (ValueError, KeyError, TypeError):
        return None


def _body(request: HttpRequest) -> str | None:
    """The refused JSON as text that PostgreSQL can hold; a body that was never read is not read now."""
    raw = getattr(request, "_body", b"")
    if (request.content_type or "").startswith("multipart/") or not raw:
        return None
    text = bytes(raw[:BODY_KEPT]).decode("utf-8", "backslashreplace").replace("\x00", "\\u0000")
    return secrets.masked(text)
