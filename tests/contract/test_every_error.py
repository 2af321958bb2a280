"""Every code that an error can have, provoked: its status, its envelope, and its place in the document."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import override_settings

from billing.models import CreditAccount
from clients import access, ulids
from clients.api import errors
from clients.models import Client, issue_key
from config.embedded.bootstrap import ROOT
from tests import world as worlds
from tests.clients import limited
from tests.contract.conftest import Document
from tests.contract.test_answers import check
from tests.world import SWAP, Answer, Api, World, dispatch
from workflows.models import WorkflowSetting

# Need another request at the same time, and a web server.
ELSEWHERE = {
    "IDEMPOTENCY_IN_PROGRESS": "tests/workflows/test_at_once.py",
    "MALFORMED_REQUEST": "tests/clients/test_hostile.py",
}
RETRY_AFTER = {429, 503}


def a_finished_job(world: World) -> Answer:
    job = dispatch(world)
    worlds.succeed(job)
    return world.api.post(f"/v1/jobs/{job.id}/cancel", {})


def a_second_body(world: World) -> Answer:
    world.api.post(SWAP, world.order(), Idempotency_Key="order-1")
    return world.api.post(SWAP, world.order(pilot_brand="b"), Idempotency_Key="order-1")


def a_planted_bug(world: World) -> Answer:
    # Such an account can't be by any verb; every route that asks for it breaks.
    broken = Client.objects.create(name="Broken", signing_secret_encrypted=b"")
    return Api(issue_key(broken, livemode=True)[1]).get("/v1/credits")


def an_empty_account(world: World) -> Answer:
    poor = worlds.new_owner(credits=4)
    return poor.api.post(SWAP, world.order(source_image_s3_key=worlds.upload(poor)))


def a_workflow_switched_off(world: World) -> Answer:
    WorkflowSetting.objects.update_or_create(
        name="background-swap-with-image", defaults={"credits_cost": 5, "enabled": False}
    )
    return world.api.post(SWAP, world.order())


def a_key_used_up(world: World) -> Answer:
    limited.limit(world.owner.client, 1, 1)
    return limited.use_up(world.api)


def no_studio(world: World) -> Answer:
    upload = worlds.upload(world.owner, livemode=False)
    with override_settings(STUDIO_TEST_URL=""):
        return world.owner.test_api.post(SWAP, world.order(source_image_s3_key=upload))

    upload = worlds.upload(world.owner, livemode=False)
    with override_settings(STUDIO_TEST_URL=""):
        return world.owner.test_api.post(SWAP, world.order(source_image_s3_key=upload))


def too_many_jobs(world: World) -> Answer:
    CreditAccount.objects.filter(client=world.owner.client).update(open_jobs_limit=0)
    return world.api.post(SWAP, world.order())


def a_suspended_client(world: World) -> Answer:
    access.suspend(world.owner.client)
    return world.api.post(SWAP, world.order())


def no_capability(world: World) -> Answer:
    return Api(issue_key(world.owner.client, livemode=True, capabilities=[])[1]).post(SWAP, world.order())


@dataclass(frozen=True)
class Case:
    provoke: Callable[[World], Answer]
    status: int
    path: str = SWAP
    method: str = "post"


JOB = "/v1/jobs/{public_id}"
CASES = {
    "CAPABILITY_MISSING": Case(no_capability, 403),
    "CLIENT_SUSPENDED": Case(a_suspended_client, 403),
    "IDEMPOTENCY_KEY_REUSED": Case(a_second_body, 422),
    "INSUFFICIENT_BALANCE": Case(an_empty_account, 402),
    "INTERNAL_ERROR": Case(a_planted_bug, 500, "/v1/credits", "get"),
    "JOB_ALREADY_FINISHED": Case(a_finished_job, 409, f"{JOB}/cancel"),
    "JOB_NOT_FOUND": Case(lambda world: world.api.get(f"/v1/jobs/{ulids.new()}"), 404, JOB, "get"),
    "LENGTH_REQUIRED": Case(lambda world: world.api.post(SWAP, {}, Transfer_Encoding="chunked"), 411),
    # No operation has it, so that no document can tell of it.
    "METHOD_NOT_ALLOWED": Case(lambda world: world.api.request("PUT", SWAP), 405, ""),
    "OPERATION_DISABLED": Case(a_workflow_switched_off, 503),
    "PAYLOAD_TOO_LARGE": Case(lambda world: world.api.post(SWAP, b" " * 10**6), 413),
    "PRICE_ABOVE_LIMIT": Case(lambda world: world.api.post(SWAP, world.order(), X_Max_Credits="4"), 402),
    "RATE_LIMITED": Case(a_key_used_up, 429, "/v1/me", "get"),
    "RESOURCE_NOT_FOUND": Case(lambda world: world.api.get("/v1/nothing"), 404, ""),
    "SERVICE_UNAVAILABLE": Case(no_studio, 503),
    "SIGNATURE_INVALID": Case(lambda world: world.api.post(SWAP, {}, X_Shopify_Hmac_Sha256="x"), 401),
    "TOO_MANY_JOBS_IN_FLIGHT": Case(too_many_jobs, 429),
    "UNAUTHENTICATED": Case(lambda world: Api().post(SWAP, {}), 401),
    "UNSUPPORTED_MEDIA_TYPE": Case(lambda world: world.api.request("POST", SWAP, b"{}", "text/plain"), 415),
    "VALIDATION_ERROR": Case(lambda world: world.api.post(SWAP, b"{"), 422),
}


def test_every_code_has_a_case() -> None:
    assert set(CASES) | set(ELSEWHERE) == set(errors.codes()), "provoke the new one here"
    for code, file in ELSEWHERE.items():
        assert code in Path(ROOT, file).read_text()


@pytest.mark.parametrize("code", CASES)
def test_it_is_answered_as_described(world: World, document: Document, code: str) -> None:
    case = CASES[code]
    answer = case.provoke(world)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (case.status, code)
    assert set(error) == {"code", "message", "request_id", "charged", "retryable"}
    assert error["request_id"] == answer["X-Request-Id"]
    assert error["charged"] == 0
    assert ("Retry-After" in answer) == (case.status in RETRY_AFTER)
    assert ("WWW-Authenticate" in answer) == (case.status == 401)
    if case.path:
        check(document, case.path, case.method, answer)
