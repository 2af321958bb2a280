"""The queues as RabbitMQ has them, and where a message goes that nobody can work off."""

from typing import Any

import kombu
import pytest

from config.embedded.stack import Stack
from tests import waiting
from tests.rabbitmq.broker import Broker
from tests.rabbitmq.shop import Shop

DELIVERIES = 5


def arguments(queue: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, _, value in queue["arguments"]} if queue["arguments"] else {}


def publish(broker: Broker, body: bytes, **properties: Any) -> None:
    """What somebody with a login to the broker could send."""
    with broker.connection() as connection:
        connection.Producer().publish(
            body, exchange="gateway", routing_key="dispatch", content_type="application/json", **properties
        )


def take(broker: Broker, queue: str, *, acknowledge: bool) -> kombu.Message:
    """The next message of a queue; fails the test if none comes.

    Without an acknowledgement the connection ends over it: what a crash looks like to the broker.
    """
    found: list[kombu.Message] = []
    with broker.connection() as connection:
        bound = kombu.Queue(queue, channel=connection.default_channel)

        def look() -> bool:
            message = bound.get(no_ack=acknowledge)
            found.extend([message] if message else [])
            return bool(found)

        waiting.until(look)
    return found[0]


def take_dead_letter(broker: Broker) -> tuple[str, Any]:
    """Why the next of the dead letters was put aside, and what it says."""
    message = take(broker, "dead", acknowledge=True)
    deaths: Any = message.headers["x-death"]
    return deaths[0]["reason"], message.body


@pytest.mark.parametrize("name", ["dispatch", "follow"])
def test_work_queues_are_replicated_limited_and_keep_what_they_give_up(
    gateway: Stack, broker: Broker, name: str
) -> None:
    queue = broker.queues()[name]
    assert queue["type"] in {"quorum", "rabbit_quorum_queue"}
    assert arguments(queue) == {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERIES,
        "x-dead-letter-exchange": "gateway.dead",
        "x-dead-letter-routing-key": name,
    }


def test_dead_letters_are_kept_as_safely(gateway: Stack, broker: Broker) -> None:
    assert arguments(broker.queues()["dead"]) == {"x-queue-type": "quorum"}


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b'[[], {"job_ids": []}, {}]', {"task": "os.system", "id": "1"}),
        (b"[]", {}),
    ],
)
def test_a_message_that_is_no_task_is_put_aside(
    shop: Shop, broker: Broker, body: bytes, headers: dict[str, str]
) -> None:
    publish(broker, body, headers=headers)
    assert take_dead_letter(broker) == ("rejected", body)


def test_a_message_that_cannot_be_read_is_dropped_with_a_word_in_the_log(
    gateway: Stack, broker: Broker
) -> None:
    publish(broker, b"{ no JSON", headers={"task": "workflows.dispatch_jobs", "id": "1"})
    waiting.until(lambda: gateway.process("worker").has_said("Can't decode message body"))
    waiting.until(lambda: broker.queues()["dispatch"]["messages"] == 0)


def test_a_message_that_ends_its_worker_each_time_is_put_aside(gateway: Stack, broker: Broker) -> None:
    gateway.stop("worker")
    try:
        publish(broker, b"poison")
        for _ in range(DELIVERIES + 1):
            take(broker, "dispatch", acknowledge=False)
        dead = take_dead_letter(broker)
    finally:
        gateway.start("worker")
    assert dead == ("delivery_limit", b"poison")
