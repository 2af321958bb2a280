"""What is added to each operation: the answers that any request can get, examples, and response headers."""

from collections.abc import Iterator
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from clients.api import errors
from clients.api.queries import Query
from clients.api.serializers import StrictSerializer
from config.openapi import components, refusals, samples
from config.openapi.components import Schema
from config.openapi.samples import ids, workflows

# Of an operation's parts, as people read them.
_ORDER = (
    "operationId",
    "summary",
    "description",
    "tags",
    "deprecated",
    "security",
    "parameters",
    "requestBody",
    "responses",
)
_CREATED = ("Location", "Retry-After", "Idempotent-Replayed")
_OF_JOB = {"public_id": "$response.body#/job_id"}
# What an upload is for, and what an accepted job leads to.
_UPLOADED_LINKS: Schema = {
    "swap": {
        "operationId": "background_swap_with_image",
        "requestBody": {"source_image_s3_key": "$response.body#/upload_key"},
        "description": "The upload as the source of a workflow.",
    },
}
_ACCEPTED_LINKS: Schema = {
    "job": {"operationId": "get_job", "parameters": _OF_JOB},
    "events": {"operationId": "list_job_events", "parameters": _OF_JOB},
    "cancel": {"operationId": "cancel_job", "parameters": _OF_JOB},
    "render": {
        "operationId": "get_render",
        "parameters": _OF_JOB,
        "description": "Once the job has succeeded; until then there is none.",
    },
    "request_log": {
        "operationId": "get_request_log",
        "parameters": {"request_id": "$response.body#/request_id"},
    },
}


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "clients.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: AutoSchema) -> Schema:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "sk_live_… or sk_test_…",
            "description": (
                "An API key: `Authorization: Bearer sk_live_…` or `sk_test_…`. It belongs to one client and "
                "one mode, and carries capabilities: `jobs:create` (dispatch, upload, cancel), `jobs:read` "
                "(everything that reads jobs, renders, the catalogue, request logs) and `billing:read` "
                "(credits, ledger, usage). `GET /v1/me` tells those of a key."
            ),
        }


class GatewaySchema(AutoSchema):
    """Adds the answers that no view declares, since any request can get them.

    A view names the refusals of its own in `refuses`, a tuple of error classes.
    """

    def get_operation(self, *args: Any, **kwargs: Any) -> Schema | None:
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        if self.method == "POST":
            operation.setdefault("parameters", []).append(components.SIGNATURE)
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "path":
                parameter.setdefault(
                    "description", "A ULID; a malformed one is answered like an unknown one."
                )
                parameter["example"] = ids.REQUEST_ID if parameter["name"] == "request_id" else ids.JOB_ID
        declared = {status: answer for status, answer in operation["responses"].items() if status < "4"}
        for status, answer in declared.items():
            self._complete(status, answer)
        _exemplify(operation.get("requestBody", {}))
        refused = refusals.responses(self.path, self.view, self._kinds(), self._invalid())
        operation["responses"] = {**dict(sorted(declared.items())), **refused}
        return {name: operation[name] for name in _ORDER if name in operation}

    def _complete(self, status: str, answer: Schema) -> None:
        if answer["description"] in ("", "No response body"):
            answer["description"] = "Not Modified" if status == "304" else "Successful Response"
        known = _CREATED if status == "202" else ()
        if status == "202":
            answer["links"] = _ACCEPTED_LINKS
        elif self.get_operation_id() == "create_upload":
            answer["links"] = _UPLOADED_LINKS
        answer["headers"] = {**components.headers(*known, *components.OF_LIMITS), **answer.get("headers", {})}
        _exemplify(answer, workflows.OF_OPERATIONS.get(self.get_operation_id()))

    def _kinds(self) -> Iterator[refusals.Kind]:
        yield from refusals.EVERYWHERE
        if getattr(self.view, "capability", None):
            yield errors.CapabilityMissing
        if self.method == "POST":
            yield from refusals.OF_BODIES
        yield from getattr(self.view, "refuses", ())

    def _invalid(self) -> refusals.Examples:
        """What the serializers of this operation really say of a request that is wrong."""
        faults = self._faults_of_body() or self._faults_of_query()
        shown: refusals.Examples = {}
        if faults:
            shown["validation_error"] = errors.ValidationFailed(faults)
        if self.method == "POST" and not refusals.takes_a_form(self.view):
            shown["not_json"] = refusals.not_json()
        return shown

    def _faults_of_body(self) -> list[errors.Fault]:
        asked: Any = self.get_request_serializer() if self.method == "POST" else None
        return _faults(next(iter(asked.values())) if isinstance(asked, dict) else asked, {"preset": "story"})

    def _faults_of_query(self) -> list[errors.Fault]:
        for query in self.get_override_parameters():
            if isinstance(query, type) and issubclass(query, Query):
                return _faults(query, {"limit": "1000"} if "limit" in query().fields else {"order": "newest"})
        # A route without parameters refuses any.
        return _faults(Query, {"order": "newest"})


def _faults(serializer: Any, wrong: dict[str, str]) -> list[errors.Fault]:
    kind = serializer if isinstance(serializer, type) else type(serializer)
    return kind(data=wrong).examine()[1] if issubclass(kind, StrictSerializer) else []


def _exemplify(body: Schema, chosen: dict[str, Any] | None = None) -> None:
    """Examples of a request or answer from the samples, where its view gives none."""
    for kind, media in body.get("content", {}).items():
        component = media.get("schema", {}).get("$ref", "").rpartition("/")[2]
        found = chosen or samples.ALL.get(component or kind)
        if found and "examples" not in media:
            media["examples"] = {
                name: {"summary": name.replace("_", " ").capitalize(), "value": value}
                for name, value in found.items()
            }
