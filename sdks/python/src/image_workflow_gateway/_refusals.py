"""Which error an answer stands for."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from . import errors
from ._generated.models import ErrorDetail, HTTPValidationError

_BY_CODE: dict[str, type[errors.RequestFailed]] = {
    "PRICE_ABOVE_LIMIT": errors.PriceAboveLimit,
    "IDEMPOTENCY_KEY_REUSED": errors.IdempotencyKeyReused,
}
_BY_STATUS: dict[int, type[errors.RequestFailed]] = {
    401: errors.Unauthenticated,
    402: errors.InsufficientBalance,
    403: errors.PermissionDenied,
    404: errors.NotFound,
    409: errors.Conflict,
    422: errors.ValidationFailed,
    429: errors.RateLimited,
    500: errors.ServerFault,
    502: errors.Unavailable,
    503: errors.Unavailable,
    504: errors.Unavailable,
}


def refusal(response: httpx.Response) -> errors.RequestFailed:
    """The error that an answer which is not 2xx stands for. The body has been read."""
    said = _read(response)
    error = said.error if said and isinstance(said.error, ErrorDetail) else None
    code = error.code if error else f"HTTP_{response.status_code}"
    kind = _BY_CODE.get(code) or _BY_STATUS.get(response.status_code, errors.RequestFailed)
    failed = kind(
        error.message if error else f"HTTP {response.status_code} without the gateway's words",
        code=code,
        request_id=error.request_id if error else response.headers.get("X-Request-Id"),
        # An answer of somebody in between does not say what the gateway did.
        charged=error.charged if error else None,
        retryable=bool(error and error.retryable),
    )
    failed.status = response.status_code
    failed.retry_after = seconds(response.headers.get("Retry-After"))
    if isinstance(failed, errors.ValidationFailed) and said and said.detail:
        failed.detail = tuple(said.detail)
    return failed


def _read(response: httpx.Response) -> HTTPValidationError | None:
    """A 422's shape holds those of all others."""
    try:
        return HTTPValidationError.from_dict(response.json())
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def seconds(retry_after: str | None) -> float | None:
    """What a Retry-After says, in either of its forms: seconds, or a date."""
    if retry_after is None:
        return None
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
