"""What no schema can tell of a request that is to be granted, put into cases that are right by the schema."""

import contextlib
from collections.abc import Iterator
from typing import Any

import schemathesis
from schemathesis import Case, HookContext, hooks

from tests.fuzz.conftest import Shop

# In the fixed cases the names stay made up.
_PHASES = {"fuzzing", "stateful"}


@contextlib.contextmanager
def granting(shop: Shop) -> Iterator[None]:
    """Within, requests name what is there, sign nothing wrongly, and wait for nobody."""

    def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
        wait = str((case.query or {}).get("wait", ""))
        if wait.isdecimal() and 0 < int(wait) <= 30:
            case.query["wait"] = 0
        if case.meta is not None and case.meta.generation.mode.is_positive:
            # The right signature is one of the body as it is sent.
            case.headers.pop("X-Shopify-Hmac-Sha256", None)
            if case.meta.phase.name.value in _PHASES and isinstance(case.body, dict):
                _name(case.body, shop)

    schemathesis.hook("before_call")(before_call)
    try:
        yield
    finally:
        hooks.unregister(before_call)


def _name(body: dict[str, Any], shop: Shop) -> None:
    if "output_preset" in body:
        body["source_image_s3_key"] = shop.world.upload_key
    for field, value in list(body.items()):
        if value is not None and f"body.{field}" in shop.known:
            body[field] = shop.known[f"body.{field}"][0]
