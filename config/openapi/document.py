"""The document as a whole: its introduction, its order, and the last touches that no operation can make."""

from collections import Counter
from pathlib import Path
from typing import Any

from config.openapi import components, refusals
from config.openapi.components import Schema

_HIDDEN = ("/v1/openapi.json", "/v1/docs")
_ABOUT = Path(__file__).with_name("about.md")
# In the order in which a newcomer needs them.
TAGS = {
    "workflows": "Dispatch work: each `POST /v1/{name}` charges credits, makes a job and answers at once.",
    "uploads": "Send the pictures to work on.",
    "catalog": "What a request can name: backgrounds, output presets, and the workflows with their prices.",
    "jobs": "Follow a job, read how it ended, cancel it.",
    "renders": "The finished pictures.",
    "credits": "The balance, and the ledger that explains it.",
    "request logs": "What was sent and what was answered, by the ULID of the request.",
    "account": "Who this key belongs to, and what it may do.",
}


def only_public_routes(endpoints: list[tuple[str, str, str, Any]]) -> list[tuple[str, str, str, Any]]:
    return [
        endpoint for endpoint in endpoints if endpoint[0].startswith("/v1/") and endpoint[0] not in _HIDDEN
    ]


def finish(result: Schema, generator: Any, request: Any, public: bool) -> Schema:
    """Components that no serializer makes, and titles and nullable fields as Pydantic writes them."""
    result["components"]["schemas"] = _schemas(result["components"]["schemas"])
    _close_requests(result)
    result["components"]["headers"] = components.HEADERS
    result["components"]["responses"] = _share(result["paths"])
    result["paths"] = _in_order(result["paths"])
    finished: Schema = _as_pydantic_has_it(result)
    info = {
        **finished.pop("info"),
        "description": _ABOUT.read_text(),
        "license": {"name": "MIT", "identifier": "MIT"},
    }
    servers = [{"url": "/", "description": "The gateway that this document comes from."}]
    tags = [{"name": name, "description": description} for name, description in TAGS.items()]
    return {"openapi": finished.pop("openapi"), "info": info, "servers": servers, "tags": tags, **finished}


def _schemas(made: Schema) -> Schema:
    schemas = {**made, **components.SCHEMAS}
    for name, schema in schemas.items():
        schema.setdefault("title", name)
        for field, described in schema.get("properties", {}).items():
            if field in components.FIELDS and "description" not in described:
                described["description"] = components.FIELDS[field]
            if not {"$ref", "allOf", "oneOf"} & set(described):
                described.setdefault("title", field.replace("_", " ").title())
    schemas["WorkflowAcceptedResponse"]["required"] = ["request_id", "job_id", "credits_cost"]
    return dict(sorted(schemas.items()))


def _close_requests(document: Schema) -> None:
    """Bodies take the fields that they list and no others."""
    for operations in document["paths"].values():
        for operation in operations.values():
            for media in operation.get("requestBody", {}).get("content", {}).values():
                name = media["schema"]["$ref"].rpartition("/")[2]
                document["components"]["schemas"][name]["additionalProperties"] = False


def _in_order(paths: Schema) -> Schema:
    order = list(TAGS)

    def position(item: tuple[str, Schema]) -> int:
        tag = next(iter(item[1].values()))["tags"][0]
        return order.index(tag) if tag in order else len(order)

    return dict(sorted(paths.items(), key=position))


def _share(paths: Schema) -> Schema:
    """Refusals that several operations have in common, moved out of them; the rest stays where it is."""
    places = [
        (operation["responses"], status)
        for operations in paths.values()
        for operation in operations.values()
        for status in operation["responses"]
        if refusals.NAME in operation["responses"][status]
    ]
    uses = Counter(repr(answers[status]) for answers, status in places)
    shared: Schema = {}
    names: dict[str, str] = {}
    for answers, status in places:
        fingerprint, name = repr(answers[status]), answers[status].pop(refusals.NAME)
        if uses[fingerprint] == 1:
            continue
        if fingerprint not in names:
            names[fingerprint] = _free(name, shared)
            shared[names[fingerprint]] = answers[status]
        answers[status] = components.ref("responses", names[fingerprint])
    return dict(sorted(shared.items()))


def _free(name: str, taken: Schema) -> str:
    names = [name, *(f"{name}{number}" for number in range(2, 100))]
    return next(name for name in names if name not in taken)


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
