"""What drf-spectacular can't know by itself: the errors that every route has, and the seed's own shapes."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

Schema = dict[str, Any]
_HIDDEN = ("/v1/openapi.json", "/v1/docs")
_ERRORS = {
    "401": "No API key, or one that is wrong, expired or revoked; or a signature that does not verify.",
    "403": "The key lacks the capability, or the client is suspended.",
    "404": "Unknown, or another client's.",
    "413": "The body is too large.",
    "415": "The Content-Type is not taken.",
    "503": "Try again after `Retry-After` seconds.",
}
_DISPATCH_ERRORS = {
    "402": "The price exceeds the balance. No job is created.",
    "409": "The first request with this Idempotency-Key is still being answered.",
    "429": "Too many unfinished jobs; see `Retry-After`.",
}


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "clients.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: AutoSchema) -> Schema:
        return {"type": "http", "scheme": "bearer", "description": "An API key: `sk_live_…` or `sk_test_…`."}


class GatewaySchema(AutoSchema):
    """Adds the answers that no view declares, since any request can get them."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Schema | None:
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        described = dict(_ERRORS)
        if "requestBody" not in operation:
            described.pop("413"), described.pop("415")
        if "{" not in self.path:
            described.pop("404")
        if "202" in operation["responses"]:
            described |= _DISPATCH_ERRORS
        for status, text in described.items():
            operation["responses"][status] = _answer(text, "ErrorEnvelope")
        if operation.get("requestBody") or operation.get("parameters"):
            operation["responses"]["422"] = _answer("Validation Error", "HTTPValidationError")
        operation["responses"] = dict(sorted(operation["responses"].items()))
        return operation


def only_public_routes(endpoints: list[tuple[str, str, str, Any]]) -> list[tuple[str, str, str, Any]]:
    return [
        endpoint for endpoint in endpoints if endpoint[0].startswith("/v1/") and endpoint[0] not in _HIDDEN
    ]


def finish(result: Schema, generator: Any, request: Any, public: bool) -> Schema:
    """The components that no serializer makes, and answers' titles as the seed has them."""
    result["components"]["schemas"].update(_COMPONENTS)
    result["components"]["schemas"] = dict(sorted(result["components"]["schemas"].items()))
    accepted = result["components"]["schemas"]["WorkflowAcceptedResponse"]
    accepted["required"] = ["request_id", "job_id", "credits_cost"]
    return result


def _answer(description: str, component: str) -> Schema:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{component}"}}}
    return {"description": description, "content": content}


_ERROR: Schema = {
    "type": "object",
    "required": ["code", "message", "request_id", "charged", "retryable"],
    "properties": {
        "code": {"type": "string", "examples": ["INSUFFICIENT_BALANCE"]},
        "message": {"type": "string", "description": "What is wrong and what to do."},
        "request_id": {"type": "string", "description": "ULID of this HTTP request, as in X-Request-Id."},
        "charged": {"type": "integer", "description": "Credits charged: always 0."},
        "retryable": {"type": "boolean", "description": "Whether the same request may succeed later."},
    },
}
_COMPONENTS: Schema = {
    "ErrorDetail": _ERROR,
    "ErrorEnvelope": {
        "type": "object",
        "required": ["error"],
        "properties": {"error": {"$ref": "#/components/schemas/ErrorDetail"}},
    },
    "ValidationError": {
        "title": "ValidationError",
        "type": "object",
        "required": ["loc", "msg", "type"],
        "properties": {
            "loc": {
                "title": "Location",
                "type": "array",
                "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
            },
            "msg": {"title": "Message", "type": "string"},
            "type": {"title": "Error Type", "type": "string"},
        },
    },
    "HTTPValidationError": {
        "title": "HTTPValidationError",
        "type": "object",
        "properties": {
            "detail": {
                "title": "Detail",
                "type": "array",
                "items": {"$ref": "#/components/schemas/ValidationError"},
            },
            "error": {"$ref": "#/components/schemas/ErrorDetail"},
        },
    },
}
