"""Every example of the document: valid by its own schema, and, of refusals, what the gateway really says."""

import functools
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import jsonschema
import pytest
from django.utils import timezone

from clients import keys, ulids
from clients.models import ApiKey, Client, issue_key
from tests import world as worlds
from tests.contract import conftest
from tests.contract.conftest import Document
from tests.contract.test_answers import strict
from tests.contract.test_openapi import operations
from tests.world import SWAP, Answer, Api, World, dispatch
from workflows import terms
from workflows.models import WorkflowSetting

Media = tuple[str, dict[str, Any]]


def bodies(document: Document) -> Iterator[Media]:
    """Every body that can be asked or answered, with where it stands."""
    for path, method, operation in operations(document):
        places = {"request": operation.get("requestBody", {}), **conftest.answers(document, path, method)}
        for place, body in places.items():
            for kind, media in body.get("content", {}).items():
                yield f"{method} {path} {place} {kind}", media


def test_every_example_is_valid_by_its_schema(document: Document) -> None:
    parts = strict(document["components"])
    for where, media in bodies(document):
        schema = {**strict(media["schema"]), "components": parts}
        validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
        for name, example in media.get("examples", {}).items():
            problems = [problem.message for problem in validator.iter_errors(example["value"])]
            assert problems == [], f"{where} {name}"


def test_every_json_body_has_an_example(document: Document) -> None:
    bare = [where for where, media in bodies(document) if "json" in where and not media.get("examples")]
    assert bare == [], "give their components an example in config/openapi/samples"


def test_every_parameter_has_an_example_or_a_description(document: Document) -> None:
    bare = [
        f"{method} {path} {parameter['name']}"
        for path, method, operation in operations(document)
        for parameter in operation.get("parameters", [])
        if not parameter.get("description")
    ]
    assert bare == [], "say with help_text what they mean"


def test_every_field_is_described(document: Document) -> None:
    bare = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, described in schema.get("properties", {}).items()
        if not described.get("description")
    ]
    assert bare == [], "say with help_text what they mean"


def test_ids_in_examples_are_ulids(document: Document) -> None:
    shown = set(re.findall(r"\b01J[0-9A-Za-z]{10,}\b", str(document)))
    assert len(shown) >= 5
    assert [one for one in shown if not ulids.is_valid(one)] == []


Call = Callable[[World], Answer]


def _with_key(world: World, **fields: Any) -> Answer:
    row, secret = issue_key(world.owner.client, livemode=True, capabilities=["jobs:create"])
    ApiKey.objects.filter(id=row.id).update(**fields)
    return Api(secret).post(SWAP, world.order())


def _suspended(world: World) -> Answer:
    Client.objects.filter(id=world.owner.client.id).update(suspended_at=timezone.now())
    return world.api.post(SWAP, world.order())


def _poor(world: World) -> Answer:
    owner = worlds.new_owner(credits=3)
    return owner.api.post(SWAP, world.order(source_image_s3_key=worlds.upload(owner)))


def _reused(world: World) -> Answer:
    world.api.post(SWAP, world.order(), Idempotency_Key="order-1")
    return world.api.post(SWAP, world.order(pilot_brand="other"), Idempotency_Key="order-1")


def _off(world: World) -> Answer:
    terms.create_missing()
    WorkflowSetting.objects.update(enabled=False)
    return world.api.post(SWAP, world.order())


def _crowded(world: World) -> Answer:
    account = world.owner.account()
    type(account).objects.filter(id=account.id).update(open_jobs_limit=1)
    dispatch(world)
    return world.api.post(SWAP, world.order())


def _finished(world: World) -> Answer:
    job = dispatch(world)
    worlds.fail(job)
    return world.api.post(f"/v1/jobs/{job.id}/cancel", {})


# (path, method, name of the example) → how to be refused so.
REFUSALS: dict[tuple[str, str, str], Call] = {
    (SWAP, "post", "no_key"): lambda world: Api().post(SWAP, {}),
    (SWAP, "post", "unknown_key"): lambda world: Api(keys.mint(livemode=True)).post(SWAP, {}),
    (SWAP, "post", "expired_key"): lambda world: _with_key(
        world, expires_at=timezone.now() - timedelta(days=1)
    ),
    (SWAP, "post", "revoked_key"): lambda world: _with_key(world, revoked_at=timezone.now()),
    (SWAP, "post", "signature_invalid"): lambda world: world.api.post(SWAP, {}, X_Shopify_Hmac_Sha256="x"),
    (SWAP, "post", "capability_missing"): lambda world: _with_key(world, capabilities=[]),
    (SWAP, "post", "client_suspended"): _suspended,
    (SWAP, "post", "insufficient_balance"): _poor,
    (SWAP, "post", "price_above_limit"): lambda world: world.api.post(SWAP, world.order(), X_Max_Credits="4"),
    (SWAP, "post", "payload_too_large"): lambda world: world.api.post(SWAP, b" " * 10**6),
    (SWAP, "post", "unsupported_media_type"): lambda world: world.api.request(
        "POST", SWAP, b"x", "text/plain"
    ),
    (SWAP, "post", "validation_error"): lambda world: world.api.post(SWAP, {"preset": "story"}),
    (SWAP, "post", "not_json"): lambda world: world.api.post(SWAP, b'{"output_preset": "story"'),
    (SWAP, "post", "idempotency_key_reused"): _reused,
    (SWAP, "post", "operation_disabled"): _off,
    (SWAP, "post", "too_many_jobs_in_flight"): _crowded,
    ("/v1/uploads", "post", "payload_too_large"): lambda world: world.api.request(
        "POST", "/v1/uploads", b"x" * (27 * 1024 * 1024), "multipart/form-data; boundary=x"
    ),
    ("/v1/jobs", "get", "validation_error"): lambda world: world.api.get("/v1/jobs?limit=1000"),
    ("/v1/jobs/{public_id}/cancel", "post", "job_already_finished"): _finished,
}
for _path in ("jobs", "jobs/{}/events", "renders", "request-logs", "catalog/backgrounds"):
    _template = f"/v1/{_path}" if "{}" in _path else f"/v1/{_path}/{{}}"
    _name = "job_not_found" if "jobs" in _path else "resource_not_found"
    _id = "request_id" if "logs" in _path else "public_id"
    REFUSALS[_template.format(f"{{{_id}}}"), "get", _name] = functools.partial(
        lambda template, world: world.api.get(template.format(ulids.new())), _template
    )


@pytest.mark.parametrize("refusal", REFUSALS, ids=" ".join)
def test_a_refusal_is_shown_as_it_is_said(
    world: World, document: Document, refusal: tuple[str, str, str]
) -> None:
    path, method, name = refusal
    answer = REFUSALS[refusal](world)
    shown = conftest.answers(document, path, method)[str(answer.status_code)]["content"]["application/json"]
    said = answer.json()
    assert shown["examples"][name]["value"] == {**said, "error": {**said["error"], "request_id": SHOWN_ID}}


SHOWN_ID = "01JD9Z6Q2V8M3R5T7W9Y1A3C5E"
