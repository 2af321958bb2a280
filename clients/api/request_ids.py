"""Every HTTP request gets a ULID: it names the row in `request_logs` and stands in X-Request-Id."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from clients import ulids


class RequestIdMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = ulids.new()
        request.started = time.monotonic()
        # A caller's own X-Request-Id must not name our rows or our log lines.
        request.META["HTTP_X_REQUEST_ID"] = request.request_id
        response = self.get_response(request)
        response["X-Request-Id"] = request.request_id
        return response
