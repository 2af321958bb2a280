"""Requests that come at the same moment, each over a connection of its own, with commits that are real."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import connections

from assets import storage
from assets.models import Upload
from billing.models import CreditAccount, LedgerEntry
from clients import ulids
from tests import databases
from tests import world as worlds
from tests.world import SWAP, Answer, World, refused
from workflows.models import Job, RequestLog

SEEN = "Idempotent-Replayed"


def send(world: World, key: str, **changes: Any) -> Answer:
    return world.api.post(SWAP, world.order(**changes), Idempotency_Key=key)


@pytest.fixture
def shared(committed_db: databases.Database, studios: None, pictures: object) -> World:
    """A world that other threads and connections see."""
    return worlds.make_world()


def at_once(number: int, call: Callable[[int], Answer]) -> Iterator[Answer]:
    """The answers to calls that begin at the same moment, each over its own connection."""
    gate = threading.Barrier(number)

    def one(position: int) -> Answer:
        gate.wait(10)
        try:
            return call(position)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        yield from pool.map(one, range(number))


def test_the_same_request_at_once_makes_one_job(shared: World) -> None:
    answers = list(at_once(12, lambda _: send(shared, "order-1")))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.content for answer in answers}) == 1
    assert sum(SEEN not in answer for answer in answers) == 1
    assert Job.objects.count() == LedgerEntry.objects.filter(kind="CHARGE").count() == 1
    assert shared.owner.account().balance == 95
    assert RequestLog.objects.filter(status=202).count() == 12


def test_the_same_key_with_two_bodies_at_once_makes_one_job(shared: World) -> None:
    answers = list(at_once(8, lambda number: send(shared, "order-1", pilot_brand=str(number % 2))))
    accepted = {answer.content for answer in answers if answer.status_code == 202}
    codes = {answer.json()["error"]["code"] for answer in answers if answer.status_code != 202}
    assert (len(accepted), codes, Job.objects.count()) == (1, {"IDEMPOTENCY_KEY_REUSED"}, 1)


def test_the_last_credits_are_spent_once(shared: World) -> None:
    worlds.grant(shared.owner, 3)
    for _ in range(18):
        assert shared.api.post(SWAP, shared.order()).status_code == 202
    answers = list(at_once(10, lambda _: shared.api.post(SWAP, shared.order())))
    assert sorted(answer.status_code for answer in answers) == [202] * 2 + [402] * 8
    assert shared.owner.account().balance == 3


def test_the_limit_of_unfinished_jobs_is_exact(shared: World) -> None:
    CreditAccount.objects.filter(client=shared.owner.client).update(open_jobs_limit=3)
    answers = list(at_once(10, lambda _: shared.api.post(SWAP, shared.order())))
    assert sorted(answer.status_code for answer in answers) == [202] * 3 + [429] * 7
    account = shared.owner.account()
    assert (account.balance, account.open_jobs, account.in_flight) == (85, 3, 15)


def test_a_new_object_of_the_client_is_registered_once(shared: World) -> None:
    key = f"{shared.owner.client.storage_prefix(livemode=True)}new.png"
    storage.pictures().put(key, worlds.picture(), "image/png")
    order = shared.order(source_image_s3_key=key)
    answers = list(at_once(6, lambda _: shared.api.post(SWAP, order)))
    assert {answer.status_code for answer in answers} == {202}
    assert Upload.objects.filter(key=key).count() == 1


@contextlib.contextmanager
def being_accepted(world: World) -> Iterator[psycopg.Connection]:
    """Another request with the key `order-1` that has not come to its end."""
    row = (ulids.to_uuid(world.owner.client.id), b"0" * 32, ulids.to_uuid(ulids.new()))
    with psycopg.connect(databases.Database(connections.settings["default"]["NAME"]).url) as first:
        first.execute(
            "INSERT INTO workflows_idempotencykey"
            " (client_id, livemode, route, key, request_hash, job_id, answer)"
            " VALUES (%s, true, 'background-swap-with-image', 'order-1', %s, %s, '')",
            row,
        )
        yield first
        first.rollback()


def test_a_first_request_that_takes_too_long_is_a_409(shared: World) -> None:
    answers: list[Answer] = []

    def repeat() -> Answer:
        answers.append(send(shared, "order-1"))
        return answers[0]

    began = time.monotonic()
    with being_accepted(shared):
        body = refused(repeat, 409, "IDEMPOTENCY_IN_PROGRESS")
    assert time.monotonic() - began >= 5
    assert body["error"]["retryable"] is True
    assert int(answers[0]["Retry-After"]) > 0
    assert send(shared, "order-1").status_code == 202


def test_a_repeat_waits_for_a_first_request_that_fails(shared: World) -> None:
    with being_accepted(shared) as first:
        threading.Timer(0.5, first.rollback).start()
        assert send(shared, "order-1").status_code == 202
