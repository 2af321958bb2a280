"""What is asked of every answer beside what schemathesis asks by itself."""

from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, Response

# A body that is right by its schema can still name what is not there, or cost more than there is.
_OF_NAMES = {"positive_data_acceptance": {"expected-statuses": ["2xx", "402", "404", "409", "422"]}}
CONFIGURATION: dict[str, Any] = {
    # Needs a real HTTP connection; tests/contract/test_route_matrix.py asks it of every route.
    "ignored_auth": {"enabled": False},
    "positive_data_acceptance": {"expected-statuses": ["2xx", "304", "404", "409"]},
}
OF_OPERATIONS: list[dict[str, Any]] = [
    {"include-method": "POST", "checks": _OF_NAMES},
    {
        "include-operation-id": ["list_output_presets", "list_operations", "get_usage"],
        "checks": _OF_NAMES,
    },
]
# Faults of what a request names or how its parts fit; all others would be the schema's to tell. But for it
# 5.0 is an integer, and for this API it is not.
_NO_SCHEMA_TELLS = {"value_error", "int_type"}
# An empty field of a form counts as none, as it does in HTML.
_NO_SCHEMA_OF_A_FORM_TELLS = _NO_SCHEMA_TELLS | {"missing"}


@schemathesis.check
def refused_only_for_what_it_names(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """What is right by the schema is never refused for its form."""
    meta = case.meta
    if response.status_code == 422 and meta is not None and meta.generation.mode.is_positive:
        faults = response.json().get("detail", [])
        is_form = case.media_type == "multipart/form-data"
        told = _NO_SCHEMA_OF_A_FORM_TELLS if is_form else _NO_SCHEMA_TELLS
        others = [fault for fault in faults if fault["type"] not in told]
        assert not others, f"the schema allows what is refused: {others}"


@schemathesis.check
def refusals_name_their_request(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """Every answer carries X-Request-Id, and every refusal the same id in its envelope."""
    (request_id,) = response.headers["x-request-id"]
    if response.status_code >= 400:
        assert response.json()["error"]["request_id"] == request_id
