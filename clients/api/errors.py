"""The errors of the public API: one tree of exceptions, one envelope for every answer that is not 2xx."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.views import defaults
from rest_framework import exceptions
from rest_framework.views import set_rollback

from clients.api import requests

log = structlog.get_logger(__name__)

JSON_PREFIXES = ("/v1/", "/internal/", "/files/")


class ApiError(Exception):
    """A refusal that a client can read. Nothing is charged by any of them, as far as we know."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    code = "INTERNAL_ERROR"
    message = "Something went wrong on our side. Nothing was charged; the same request may be sent again."
    retryable = False
    # None: unknown.
    charged: int | None = 0

    def __init__(self, message: str = "", *, retry_after: int | None = None) -> None:
        super().__init__(message or self.message)
        self.retry_after = retry_after

    def body(self, request_id: str) -> dict[str, Any]:
        return {
            "error": {
                "code": self.code,
                "message": str(self),
                "request_id": request_id,
                "charged": self.charged,
                "retryable": self.retryable,
            }
        }


class InternalError(ApiError):
    retryable = True


class Unauthenticated(ApiError):
    status = HTTPStatus.UNAUTHORIZED
    code = "UNAUTHENTICATED"
    message = "Send a valid API key: Authorization: Bearer sk_live_… or sk_test_…"


class SignatureInvalid(Unauthenticated):
    code = "SIGNATURE_INVALID"
    message = (
        "X-Shopify-Hmac-Sha256 is not the base64 HMAC-SHA256 of the raw body "
        "with this client's signing secret."
    )


class InsufficientBalance(ApiError):
    status = HTTPStatus.PAYMENT_REQUIRED
    code = "INSUFFICIENT_BALANCE"
    message = "The balance is lower than what this request costs. Nothing was charged and no job was created."


class PriceAboveLimit(ApiError):
    status = HTTPStatus.PAYMENT_REQUIRED
    code = "PRICE_ABOVE_LIMIT"
    message = "The price is above X-Max-Credits. Nothing was charged and no job was created."


class CapabilityMissing(ApiError):
    status = HTTPStatus.FORBIDDEN
    code = "CAPABILITY_MISSING"
    message = "This API key lacks the capability that this route needs."


class ClientSuspended(ApiError):
    status = HTTPStatus.FORBIDDEN
    code = "CLIENT_SUSPENDED"
    message = "This client is suspended. Ask the people who issued the key."


class ResourceNotFound(ApiError):
    status = HTTPStatus.NOT_FOUND
    code = "RESOURCE_NOT_FOUND"
    message = "There is nothing at this address."


class JobNotFound(ResourceNotFound):
    code = "JOB_NOT_FOUND"
    message = "No job of yours has this id."


class MethodNotAllowed(ApiError):
    status = HTTPStatus.METHOD_NOT_ALLOWED
    code = "METHOD_NOT_ALLOWED"
    message = "This route does not take this method; the header Allow names those it takes."


class IdempotencyInProgress(ApiError):
    status = HTTPStatus.CONFLICT
    code = "IDEMPOTENCY_IN_PROGRESS"
    message = (
        "The first request with this Idempotency-Key is still being answered. Send it again in a moment."
    )
    retryable = True


class JobAlreadyFinished(ApiError):
    status = HTTPStatus.CONFLICT
    code = "JOB_ALREADY_FINISHED"
    message = "This job has finished; it can no longer be cancelled."


class LengthRequired(ApiError):
    status = HTTPStatus.LENGTH_REQUIRED
    code = "LENGTH_REQUIRED"
    message = "Say with Content-Length how many bytes follow; chunked bodies are not taken."


class PayloadTooLarge(ApiError):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "PAYLOAD_TOO_LARGE"
    message = "The request body is larger than this route takes."


class MalformedRequest(ApiError):
    """Not even HTTP, or beyond the web server's limits; it answers before any route is known."""

    status = HTTPStatus.BAD_REQUEST
    code = "MALFORMED_REQUEST"
    message = "This is not an HTTP request that can be read."


class UnsupportedMediaType(ApiError):
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "UNSUPPORTED_MEDIA_TYPE"
    message = "This route does not take this Content-Type: JSON everywhere, multipart/form-data for uploads."


class IdempotencyKeyReused(ApiError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "IDEMPOTENCY_KEY_REUSED"
    message = "This Idempotency-Key was used with another body. Use a new key for a new request."


class RateLimited(ApiError):
    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "RATE_LIMITED"
    message = "This API key is over its rate limit. Send the request again after Retry-After seconds."
    retryable = True


class TooManyJobsInFlight(ApiError):
    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "TOO_MANY_JOBS_IN_FLIGHT"
    message = "This client has as many unfinished jobs as it may have. Wait for some to finish."
    retryable = True


class OperationDisabled(ApiError):
    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "OPERATION_DISABLED"
    message = "This workflow is switched off at the moment."
    retryable = True


class ServiceUnavailable(ApiError):
    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "SERVICE_UNAVAILABLE"
    message = "The service can't take this request at the moment. Nothing was charged; try again shortly."
    retryable = True


class AcceptInDoubt(ServiceUnavailable):
    message = (
        "The database went away while this request was being accepted. Send it again with the same "
        "Idempotency-Key, or look for its X-Request-Id in the request logs: an accepted job goes on."
    )
    charged = None


def codes() -> list[str]:
    """Every code that an error under /v1 can have, in alphabetical order."""
    kinds = (kind for kind in globals().values() if isinstance(kind, type) and issubclass(kind, ApiError))
    return sorted({kind.code for kind in kinds})


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a request, in the vocabulary of Pydantic."""

    loc: tuple[str | int, ...]
    msg: str
    type: str

    def as_dict(self) -> dict[str, Any]:
        return {"loc": list(self.loc), "msg": self.msg, "type": self.type}


class ValidationFailed(ApiError):
    """All faults of a request at once, in the shape of FastAPI's HTTPValidationError, with the envelope."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "VALIDATION_ERROR"

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        first = self.faults[0]
        where = ".".join(str(part) for part in first.loc)
        more = f" ({len(self.faults) - 1} more)" if len(self.faults) > 1 else ""
        super().__init__(f"{where}: {first.msg}{more}")

    def body(self, request_id: str) -> dict[str, Any]:
        return {"detail": [fault.as_dict() for fault in self.faults], **super().body(request_id)}


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse:
    """Django REST framework's hook: every exception of a view becomes an envelope."""
    set_rollback()
    request = context["request"]
    refusal = translate(error)
    if isinstance(refusal, InternalError):
        log.error("view_failed", path=request.path, exc_info=error)
    # As JSON also where a view answers in another format, like the docs page.
    response = envelope(request, refusal)
    if isinstance(error, exceptions.MethodNotAllowed):
        response["Allow"] = ", ".join(context["view"].allowed_methods)
    return response


def translate(error: Exception) -> ApiError:
    """The refusal that stands for any exception a view can raise."""
    if isinstance(error, ApiError):
        return error
    if isinstance(error, OperationalError | InterfaceError):
        # Without its trace: while the database is away there is one such line for each request.
        log.warning("database_unavailable", error=str(error).strip())
        return ServiceUnavailable(retry_after=2)
    if isinstance(error, TooManyFieldsSent):
        return ValidationFailed([Fault(("query",), "There are too many parameters", "too_long")])
    if isinstance(error, UnreadablePostError):
        return ValidationFailed([Fault(("body",), "The body ended before it was complete", "value_error")])
    for ours, theirs in _TRANSLATIONS:
        if isinstance(error, theirs):
            return ours()
    return InternalError()


_TRANSLATIONS: tuple[tuple[type[ApiError], tuple[type[Exception], ...]], ...] = (
    (ResourceNotFound, (Http404, exceptions.NotFound)),
    (MethodNotAllowed, (exceptions.MethodNotAllowed,)),
    (UnsupportedMediaType, (exceptions.UnsupportedMediaType,)),
    (Unauthenticated, (exceptions.NotAuthenticated, exceptions.AuthenticationFailed)),
    (CapabilityMissing, (PermissionDenied, exceptions.PermissionDenied)),
    (PayloadTooLarge, (RequestDataTooBig,)),
)


def envelope(request: HttpRequest, refusal: ApiError) -> JsonResponse:
    """The answer that carries a refusal, in a view or outside of one."""
    known = requests.known(request)
    known.error_code = refusal.code
    return JsonResponse(refusal.body(known.request_id), status=refusal.status, headers=_headers(refusal))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(JSON_PREFIXES):
        return envelope(request, ResourceNotFound())
    return defaults.page_not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Such as a Host header that is not ours; the API has no 400."""
    if request.path.startswith(JSON_PREFIXES):
        return envelope(request, ResourceNotFound())
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    error = sys.exc_info()[1]
    refusal = translate(error) if isinstance(error, Exception) else InternalError()
    if request.path.startswith(JSON_PREFIXES):
        return envelope(request, refusal)
    if isinstance(refusal, ServiceUnavailable):
        return HttpResponse(_PAUSE, status=refusal.status, headers=_headers(refusal))
    return defaults.server_error(request)


_PAUSE = """<!doctype html>
<html lang="en">
<head><title>Back in a moment</title></head>
<body><h1>Back in a moment</h1><p>The database does not answer. Load this page again shortly.</p></body>
</html>
"""


def _headers(refusal: ApiError) -> dict[str, str]:
    headers = {}
    if refusal.retry_after is not None:
        headers["Retry-After"] = str(refusal.retry_after)
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="v1"'
    return headers
