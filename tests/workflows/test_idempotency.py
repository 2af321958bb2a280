"""The header Idempotency-Key."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import Settings

from assets.models import Background
from billing.models import CreditAccount
from clients import access
from clients.models import ApiKey, issue_key
from tests import world as worlds
from tests.world import SWAP, Answer, Api, World, faults, refused
from workflows.models import IdempotencyKey, Job, RequestLog, WorkflowSetting

SEEN = "Idempotent-Replayed"


def send(world: World, key: str, api: Api | None = None, **changes: Any) -> Answer:
    return (api or world.api).post(SWAP, world.order(**changes), Idempotency_Key=key)


def test_the_first_answer_comes_again_byte_for_byte(world: World) -> None:
    first, before = send(world, "order-1"), worlds.books
    after_first = before()
    second = send(world, "order-1")
    assert (first.status_code, second.status_code) == (202, 202)
    assert second.content == first.content
    assert (second[SEEN], second["Location"]) == ("true", first["Location"])
    assert SEEN not in first
    assert before() == after_first


def test_a_replay_has_a_request_and_a_log_of_its_own(world: World) -> None:
    first, second = send(world, "order-1"), send(world, "order-1")
    assert second["X-Request-Id"] != first["X-Request-Id"] == second.json()["request_id"]
    log = RequestLog.objects.get(id=second["X-Request-Id"])
    assert (log.status, log.replayed, log.credits) == (202, True, 0)
    assert (log.job_id, log.idempotency_key) == (first.json()["job_id"], "order-1")
    assert log.workflow == "background-swap-with-image"


def test_the_same_body_written_otherwise_is_the_same(world: World) -> None:
    first = send(world, "order-1")
    turned = dict(reversed(world.order().items()))
    raw = json.dumps(turned, indent=4).encode()
    assert world.api.post(SWAP, raw, Idempotency_Key="order-1").content == first.content


def test_without_a_key_every_request_is_a_job(world: World) -> None:
    bodies = {world.api.post(SWAP, world.order()).content for _ in range(2)}
    assert len(bodies) == Job.objects.count() == 2


@pytest.mark.parametrize(
    "changes", [{"pilot_brand": "b"}, {"pilot_brand": None}, {"output_preset": 5}, {"unknown": 1}]
)
def test_refuses_the_key_with_another_body(world: World, changes: dict[str, Any]) -> None:
    send(world, "order-1")
    refused(lambda: send(world, "order-1", **changes), 422, "IDEMPOTENCY_KEY_REUSED")
    row = RequestLog.objects.latest("id")
    assert (row.idempotency_key, row.workflow) == ("order-1", "background-swap-with-image")


@pytest.mark.parametrize("key", ["", " ", "a b", "a\tb", "x" * 256, "\xfc", "a\x7f", "\x00"])
def test_refuses_a_malformed_key(world: World, key: str) -> None:
    body = refused(lambda: send(world, key), 422, "VALIDATION_ERROR")
    assert faults(body) == [(("header", "Idempotency-Key"), "string_pattern_mismatch")]


@pytest.mark.parametrize("key", ["x" * 255, "!", "~", "'; DROP TABLE jobs; --", '{"a":"b"}', "%00"])
def test_takes_every_visible_ascii_character(world: World, key: str) -> None:
    key = key.replace(" ", "")
    first = send(world, key)
    assert first.status_code == 202, first.content
    assert send(world, key).content == first.content


def test_keys_differ_by_case(world: World) -> None:
    assert send(world, "a").content != send(world, "A").content


def test_survives_a_new_api_key(world: World) -> None:
    first = send(world, "order-1")
    old = ApiKey.objects.get(client=world.owner.client, livemode=True)
    _, secret = issue_key(world.owner.client, livemode=True)
    access.revoke(old)
    assert send(world, "order-1", Api(secret)).content == first.content


def test_survives_the_end_of_the_job_and_of_its_background(world: World) -> None:
    first = send(world, "order-1")
    Background.objects.update(status=Background.Status.ARCHIVED)
    worlds.fail(Job.objects.get())
    again = send(world, "order-1")
    assert (again.status_code, again.content) == (202, first.content)


def test_survives_an_empty_account(world: World) -> None:
    poor = worlds.new_owner(credits=5)
    order = world.order(source_image_s3_key=worlds.upload(poor))
    first = poor.api.post(SWAP, order, Idempotency_Key="order-1")
    assert poor.api.post(SWAP, order, Idempotency_Key="order-1").content == first.content
    refused(lambda: poor.api.post(SWAP, order, Idempotency_Key="order-2"), 402, "INSUFFICIENT_BALANCE")


def test_another_mode_is_another_scope(world: World) -> None:
    own = {"source_image_s3_key": worlds.upload(world.owner, livemode=False)}
    live, test = send(world, "order-1"), send(world, "order-1", world.owner.test_api, **own)
    assert (live.status_code, test.status_code) == (202, 202)
    assert live.json()["job_id"] != test.json()["job_id"]


def test_another_client_is_another_scope(world: World) -> None:
    stranger = worlds.new_owner(credits=5)
    first = send(world, "order-1")
    theirs = send(world, "order-1", stranger.api, source_image_s3_key=worlds.upload(stranger))
    assert theirs.status_code == 202
    assert theirs.json()["job_id"] != first.json()["job_id"]


def test_another_route_is_another_scope(world: World) -> None:
    job_id = send(world, "order-1").json()["job_id"]
    row = IdempotencyKey.objects.get(job_id=job_id)
    assert row.route == "background-swap-with-image"


def _no_studio(world: World, settings: Settings) -> Callable[[], object]:
    settings.STUDIO_URL = ""
    return lambda: setattr(settings, "STUDIO_URL", "http://127.0.0.1:9")


def _archived(world: World, settings: Settings) -> Callable[[], object]:
    Background.objects.update(status=Background.Status.ARCHIVED)
    return lambda: Background.objects.update(status=Background.Status.ACTIVE)


def _suspended(world: World, settings: Settings) -> Callable[[], object]:
    access.suspend(world.owner.client)
    return lambda: access.unsuspend(world.owner.client)


def _poor(world: World, settings: Settings) -> Callable[[], object]:
    setting = WorkflowSetting.objects.update_or_create(
        name="background-swap-with-image", defaults={"credits_cost": 10_000}
    )[0]
    return setting.delete


def _busy(world: World, settings: Settings) -> Callable[[], object]:
    accounts = CreditAccount.objects.filter(client=world.owner.client)
    accounts.update(open_jobs_limit=0)
    return lambda: accounts.update(open_jobs_limit=10)


@pytest.mark.parametrize("obstacle", [_no_studio, _archived, _suspended, _poor, _busy])
def test_a_refused_request_does_not_use_the_key_up(
    world: World, settings: Settings, obstacle: Callable[[World, Settings], Callable[[], object]]
) -> None:
    lift = obstacle(world, settings)
    assert send(world, "order-1").status_code in (402, 403, 422, 429, 503)
    lift()
    answer = send(world, "order-1", pilot_brand="another body")
    assert (answer.status_code, SEEN in answer) == (202, False)
