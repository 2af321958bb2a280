"""Components that no serializer makes: the seed's validation errors, the envelope, headers."""

from typing import Any

from clients.api import errors

Schema = dict[str, Any]


def ref(kind: str, name: str) -> Schema:
    return {"$ref": f"#/components/{kind}/{name}"}


_ERROR: Schema = {
    "type": "object",
    "description": "What is wrong, for programs and for people.",
    "required": ["code", "message", "request_id", "charged", "retryable"],
    "properties": {
        "code": {
            "type": "string",
            "description": "A word for programs. New ones may come: go by the status for one you don't know.",
            "x-extensible-enum": errors.codes(),
        },
        "message": {
            "type": "string",
            "description": "What is wrong and what to do, in English. Don't compare it: wording may change.",
        },
        "request_id": {"type": "string", "description": "ULID of this HTTP request, as in `X-Request-Id`."},
        "charged": {
            "type": ["integer", "null"],
            "description": "Credits charged: 0, or null in the rare case that it could not be found out.",
        },
        "retryable": {
            "type": "boolean",
            "description": "Whether the same request may succeed later with nothing changed.",
        },
    },
}
SCHEMAS: Schema = {
    "ErrorDetail": _ERROR,
    "ErrorEnvelope": {
        "type": "object",
        "description": "The body of every answer that is not 2xx.",
        "required": ["error"],
        "properties": {"error": {"description": "The envelope.", **ref("schemas", "ErrorDetail")}},
    },
    "ValidationError": {
        "title": "ValidationError",
        "type": "object",
        "description": "One fault of a request.",
        "required": ["loc", "msg", "type"],
        "properties": {
            "loc": {
                "title": "Location",
                "type": "array",
                "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
                "description": "Where: `body`, `query`, `path` or `header`, then names and positions.",
            },
            "msg": {"title": "Message", "type": "string", "description": "What is wrong there."},
            "type": {
                "title": "Error Type",
                "type": "string",
                "description": "What kind of fault, in Pydantic's words: `missing`, `string_type` …",
            },
        },
    },
    "HTTPValidationError": {
        "title": "HTTPValidationError",
        "type": "object",
        "description": "All faults of a request at once, and the envelope of every error.",
        "properties": {
            "detail": {
                "title": "Detail",
                "type": "array",
                "items": ref("schemas", "ValidationError"),
                "description": "Each fault; absent where the request is refused for another reason.",
            },
            "error": {"description": "The envelope.", **ref("schemas", "ErrorDetail")},
        },
    },
}
SIGNATURE: Schema = {
    "in": "header",
    "name": "X-Shopify-Hmac-Sha256",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9+/]{43}=$"},
    "description": (
        "base64 of the HMAC-SHA256 of the raw body; the key is the whole signing secret, `whsec_` included. "
        "Verified if sent; a client can be set to require it."
    ),
}


# Fields that mean the same wherever they stand, for those that have no words of their own.
FIELDS = {
    "created_at": "When it was made.",
    "image_url": "Signed GET, valid for five minutes.",
    "job_id": "ULID of the job that it belongs to; null if to none.",
    "livemode": "True in live mode, false in test mode.",
    "next_cursor": "For `cursor` of the next request; null on the last page.",
    "public_id": "ULID; what other routes name it by.",
    "request_id": "ULID of the request that it belongs to; null if to none.",
}
# On every answer to a known API key that has a limit.
OF_LIMITS = ("RateLimit-Policy", "RateLimit")


def headers(*names: str) -> Schema:
    """X-Request-Id, which every answer has, and some that not all have."""
    return {name: ref("headers", name) for name in ("X-Request-Id", *names)}


def _header(kind: str, description: str, example: str | int) -> Schema:
    return {"description": description, "schema": {"type": kind}, "example": example}


HEADERS: Schema = {
    "X-Request-Id": _header(
        "string",
        "ULID of this HTTP request; a POST is found by it in the request logs.",
        "01JD9Z6Q2V8M3R5T7W9Y1A3C5E",
    ),
    "Location": _header(
        "string", "Where the thing that was made can be read.", "/v1/jobs/01JD9Z6Q2WB4N6P8R0S2T4V6X8"
    ),
    "Retry-After": _header("integer", "Seconds until asking again makes sense.", 2),
    "Idempotent-Replayed": _header(
        "string",
        "`true` where this is the first answer to an `Idempotency-Key` again; absent otherwise.",
        "true",
    ),
    "WWW-Authenticate": _header("string", "The scheme to authenticate with.", 'Bearer realm="v1"'),
    "RateLimit-Policy": _header(
        "string",
        "The limit of this API key, as the IETF draft has it: `q` requests at once, back within `w` seconds.",
        '"requests";q=2000;w=20',
    ),
    "RateLimit": _header(
        "string",
        "What is left of them: `r` requests now, all of them in `t` seconds; with `r=0` the next one in `t`.",
        '"requests";r=1999;t=1',
    ),
}
