"""What drf-spectacular can't know by itself: the errors that every route has, and the seed's own shapes."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from clients.api import errors

Schema = dict[str, Any]
_HIDDEN = ("/v1/openapi.json", "/v1/docs")
_ERRORS = {
    "401": "No API key, or one that is wrong, expired or revoked; or a signature that does not verify.",
    "403": "The key lacks the capability, or the client is suspended.",
    "404": "Unknown, or another client's.",
    "411": "The body comes in chunks, without a length.",
    "413": "The body is too large.",
    "415": "The Content-Type is not taken.",
    "503": "Try again after `Retry-After` seconds.",
}
_OF_BODIES = {"411", "413", "415"}
_DISPATCH_ERRORS = {
    "402": "The price exceeds the balance, or `X-Max-Credits`. No job is created.",
    "409": "The first request with this Idempotency-Key is still being answered.",
    "429": "Too many unfinished jobs; see `Retry-After`.",
}
_SIGNATURE = {
    "in": "header",
    "name": "X-Shopify-Hmac-Sha256",
    "schema": {"type": "string"},
    "description": (
        "base64 of the HMAC-SHA256 of the raw body; the key is the whole signing secret, `whsec_` included. "
        "Verified if sent."
    ),
}
_ACCEPTED_HEADERS = {
    "X-Request-Id": ("string", "ULID of this HTTP request."),
    "Location": ("string", "The job: `/v1/jobs/{job_id}`."),
    "Retry-After": ("integer", "Seconds until a first look at the job makes sense."),
    "Idempotent-Replayed": ("string", "`true` where this is the first answer to an Idempotency-Key again."),
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
        for answer in operation["responses"].values():
            answer["description"] = answer["description"] or "Successful Response"
        described = dict(_ERRORS)
        if self.method != "POST":
            described = {status: text for status, text in described.items() if status not in _OF_BODIES}
        if "{" not in self.path:
            described.pop("404")
        if self.method == "POST":
            operation.setdefault("parameters", []).append(_SIGNATURE)
        if "202" in operation["responses"]:
            described |= _DISPATCH_ERRORS
            operation["responses"]["202"]["headers"] = {
                name: {"schema": {"type": kind}, "description": text}
                for name, (kind, text) in _ACCEPTED_HEADERS.items()
            }
        described |= {
            status: answer["description"]
            for status, answer in operation["responses"].items()
            if status.startswith("4")
        }
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
    """Components that no serializer makes, and titles and nullable fields as Pydantic writes them."""
    schemas = {**result["components"]["schemas"], **_COMPONENTS}
    for name, schema in schemas.items():
        schema.setdefault("title", name)
        for field, described in schema.get("properties", {}).items():
            if not {"$ref", "allOf", "oneOf"} & set(described):
                described.setdefault("title", field.replace("_", " ").title())
    schemas["WorkflowAcceptedResponse"]["required"] = ["request_id", "job_id", "credits_cost"]
    result["components"]["schemas"] = dict(sorted(schemas.items()))
    finished: Schema = _as_pydantic_has_it(result)
    return finished


def _as_pydantic_has_it(node: Any) -> Any:
    """The same document with `anyOf` for a value or null, and words beside a `$ref` instead of around it."""
    if isinstance(node, list):
        return [_as_pydantic_has_it(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {name: _as_pydantic_has_it(value) for name, value in node.items()}
    if len(node.get("allOf", ())) == 1:
        node |= node.pop("allOf")[0]
    if "oneOf" in node and {"type": "null"} in node["oneOf"]:
        node["anyOf"] = node.pop("oneOf")
    if isinstance(node.get("type"), list) and "null" in node["type"]:
        about = {name: node.pop(name) for name in ("title", "description", "default") if name in node}
        kinds = [kind for kind in node["type"] if kind != "null"]
        value = {**node, "type": kinds[0] if len(kinds) == 1 else kinds}
        return {"anyOf": [value, {"type": "null"}], **about}
    return node


def _answer(description: str, component: str) -> Schema:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{component}"}}}
    return {"description": description, "content": content}


_ERROR: Schema = {
    "type": "object",
    "required": ["code", "message", "request_id", "charged", "retryable"],
    "properties": {
        "code": {
            "type": "string",
            "description": "A word for programs: " + ", ".join(f"`{code}`" for code in errors.codes()) + ".",
        },
        "message": {"type": "string", "description": "What is wrong and what to do."},
        "request_id": {"type": "string", "description": "ULID of this HTTP request, as in X-Request-Id."},
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
