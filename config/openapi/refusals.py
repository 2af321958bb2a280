"""Which refusals an operation can answer with, told by the error classes themselves.

A view names its own in `refuses`; what any request can meet is added here. `ILLUSTRATED` holds an instance
for each message worth showing; a class that is not in it is shown with its own message.
"""

import io
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any

from django.conf import settings

from clients.api import bodies, errors
from clients.api.errors import ApiError
from config.openapi import components
from config.openapi.components import Schema
from config.openapi.samples.ids import REQUEST_ID

# Where a response keeps the name under which operations may share it; those without belong to one.
NAME = "x-name"
Kind = type[ApiError]
Examples = dict[str, ApiError]

EVERYWHERE: tuple[Kind, ...] = (
    errors.Unauthenticated,
    errors.SignatureInvalid,
    errors.ClientSuspended,
    errors.RateLimited,
    errors.InternalError,
    errors.ServiceUnavailable,
)
OF_BODIES: tuple[Kind, ...] = (errors.LengthRequired, errors.PayloadTooLarge, errors.UnsupportedMediaType)
# When each happens; by the error's code.
_WHEN = {
    "CAPABILITY_MISSING": "The key lacks the capability `{capability}`.",
    "CLIENT_SUSPENDED": "The client is suspended.",
    "IDEMPOTENCY_IN_PROGRESS": "The first request with this `Idempotency-Key` is still being answered.",
    "IDEMPOTENCY_KEY_REUSED": "The `Idempotency-Key` was used with another body.",
    "INSUFFICIENT_BALANCE": "The price exceeds the balance. No job is created.",
    "INTERNAL_ERROR": "Something broke on our side. Nothing half-done is left behind.",
    "JOB_ALREADY_FINISHED": "The job has finished otherwise than by being cancelled.",
    "JOB_NOT_FOUND": "No job of this client and mode has this id.",
    "LENGTH_REQUIRED": "The body comes in chunks, without a length.",
    "OPERATION_DISABLED": "The workflow is switched off.",
    "PAYLOAD_TOO_LARGE": "The body is too large.",
    "PRICE_ABOVE_LIMIT": "The price exceeds `X-Max-Credits`. No job is created.",
    "RATE_LIMITED": "Too many requests with this API key.",
    "RESOURCE_NOT_FOUND": "Nothing that this key can see has this id.",
    "SERVICE_UNAVAILABLE": "Not now: the database is away, or no Studio takes jobs of this mode.",
    "SIGNATURE_INVALID": "`X-Shopify-Hmac-Sha256` does not verify, or is missing where it is required.",
    "TOO_MANY_JOBS_IN_FLIGHT": "The client has as many unfinished jobs as it may have.",
    "UNAUTHENTICATED": "No API key, or one that is wrong, expired or revoked.",
    "UNSUPPORTED_MEDIA_TYPE": "The `Content-Type` is not taken.",
    "VALIDATION_ERROR": "The body, a parameter or a header is invalid; all faults at once.",
}
ILLUSTRATED: dict[Kind, Examples] = {
    errors.Unauthenticated: {
        "no_key": errors.Unauthenticated(),
        "unknown_key": errors.Unauthenticated("This API key is not known."),
        "expired_key": errors.Unauthenticated("This API key has expired."),
        "revoked_key": errors.Unauthenticated("This API key has been revoked."),
    },
    errors.AcceptInDoubt: {"accept_in_doubt": errors.AcceptInDoubt()},
    errors.InsufficientBalance: {
        "insufficient_balance": errors.InsufficientBalance(
            "This request costs 5 credits and the balance is 3. Nothing was charged, no job was created."
        )
    },
    errors.PriceAboveLimit: {
        "price_above_limit": errors.PriceAboveLimit(
            "This request costs 5 credits, more than the 4 that X-Max-Credits allows. "
            "Nothing was charged, no job was created."
        )
    },
}
_NOT_FOUND = {
    "/v1/jobs/": errors.JobNotFound(),
    "/v1/renders/": errors.ResourceNotFound("No render of yours has this id."),
    "/v1/request-logs/": errors.ResourceNotFound("No request of yours has this id."),
    "/v1/catalog/backgrounds/": errors.ResourceNotFound("No background that you can see has this id."),
}


def responses(path: str, view: Any, kinds: Iterable[Kind], invalid: Examples) -> dict[str, Schema]:
    """The refusals of one operation by status; `invalid` holds its 422s by the examples' names."""
    shown: dict[int, Examples] = {}
    for kind in dict.fromkeys(kinds):
        shown.setdefault(int(kind.status), {}).update(_illustrated(kind, view))
    if "{" in path:
        shown[404] = _missing(path)
    if invalid:
        shown[422] = {**invalid, **shown.get(422, {})}
    return {str(status): _response(status, shown[status], view) for status in sorted(shown)}


def takes_a_form(view: Any) -> bool:
    return any(parser.media_type.startswith("multipart/") for parser in view.parser_classes)


def not_json() -> ApiError:
    """What the parser says of a body that is cut off."""
    cut_off = SimpleNamespace(body=b'{"output_preset": "story"')
    try:
        bodies.StrictJSONParser().parse(io.BytesIO(), parser_context={"request": cut_off})
    except ApiError as error:
        return error
    raise AssertionError("the parser took a body that is cut off")


def _illustrated(kind: Kind, view: Any) -> Examples:
    if kind is errors.CapabilityMissing:
        return {
            "capability_missing": errors.CapabilityMissing(
                f"This API key lacks the capability {view.capability}."
            )
        }
    if kind is errors.PayloadTooLarge:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE if takes_a_form(view) else settings.JSON_BODY_MAX_BYTES
        return {"payload_too_large": kind(f"A body of this kind may have at most {most} bytes.")}
    return ILLUSTRATED.get(kind) or {kind.code.lower(): kind()}


def _missing(path: str) -> Examples:
    error = next((error for start, error in _NOT_FOUND.items() if path.startswith(start)), None)
    found = error or errors.ResourceNotFound()
    return {found.code.lower(): found}


def _response(status: int, shown: Examples, view: Any) -> Schema:
    component = "HTTPValidationError" if status == HTTPStatus.UNPROCESSABLE_ENTITY else "ErrorEnvelope"
    examples = {
        name: {"summary": _summary(name, error.code), "value": error.body(REQUEST_ID)}
        for name, error in shown.items()
    }
    content = {"schema": components.ref("schemas", component), "examples": examples}
    named = {} if status == HTTPStatus.UNPROCESSABLE_ENTITY else {NAME: _name(status, shown, view)}
    return {
        **named,
        "description": _description(status, list(shown.values()), view),
        "headers": _headers(status, shown.values()),
        "content": {"application/json": content},
    }


def _summary(name: str, code: str) -> str:
    """The code; with a word more where one code has several examples."""
    return code if name == code.lower() else f"{code}: {name.replace('_', ' ')}"


def _name(status: int, shown: Examples, view: Any) -> str:
    codes = {error.code for error in shown.values()}
    if "CAPABILITY_MISSING" in codes:
        return _camel(f"lacks_{view.capability.replace(':', '_')}")
    return _camel(codes.pop() if len(codes) == 1 else HTTPStatus(status).phrase.replace(" ", "_"))


def _camel(words: str) -> str:
    return "".join(word.capitalize() for word in words.split("_"))


def _description(status: int, shown: Sequence[ApiError], view: Any) -> str:
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        return "Validation Error"
    said = {error.code: _WHEN.get(error.code, str(error)) for error in shown}
    capability = getattr(view, "capability", "")
    sentences = [f"`{code}`: {when.format(capability=capability)}" for code, when in said.items()]
    return sentences[0] if len(sentences) == 1 else "\n".join(f"- {sentence}" for sentence in sentences)


def _headers(status: int, shown: Iterable[ApiError]) -> Schema:
    if status == HTTPStatus.UNAUTHORIZED:
        return components.headers("WWW-Authenticate")
    # Of all that may be sent again, only an error of our own does not say when.
    waits = status != HTTPStatus.INTERNAL_SERVER_ERROR and any(error.retryable for error in shown)
    return components.headers(*(["Retry-After"] if waits else []), *components.OF_LIMITS)
