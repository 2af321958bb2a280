"""Every HTTP request gets a ULID: it names the row in `request_logs` and stands in X-Request-Id."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from clients.api import requests


class RequestIdMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = requests.begin(request)
        # A caller's own X-Request-Id must not name our rows or our log lines.
        request.META["HTTP_X_REQUEST_ID"] = begun.request_id
        response = self.get_response(request)
        for name, value in {**begun.headers, "X-Request-Id": begun.request_id}.items():
            response[name] = value
        return response
