"""The queues as RabbitMQ has them, and where a message goes that nobody can work off."""

from typing import Any

import kombu
import pytest

from config.embedded.parts import WORKER_THREADS
from tests import waiting
from tests.brokers import messages
from tests.brokers.forged import REFUSED
from tests.brokers.gateway import Gateway
from tests.brokers.messages import Message
from tests.rabbitmq.broker import Broker

DELIVERIES = 5


def queue_of(broker: Broker, name: str) -> dict[str, Any]:
    [queue] = [each for each in broker.listed("queues", "name", "type", "arguments") if each["name"] == name]
    return queue


def arguments(queue: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, _, value in queue["arguments"]} if queue["arguments"] else {}


def take_and_die(broker: Broker) -> None:
    """The connection ends over a message that is in hand: what a crash looks like to the broker."""
    with broker.connection() as connection:
        bound = kombu.Queue("dispatch", channel=connection.default_channel)
        waiting.until(lambda: bound.get(no_ack=False))


def dead_letters(broker: Broker) -> list[tuple[str, bytes]]:
    """Why each was put aside and what it says; none is left there."""
    found = []
    with broker.connection() as connection:
        channel: Any = connection.default_channel
        # Not as kombu reads it, which would unpack what says that it is packed.
        while message := channel.basic_get("dead", no_ack=True):
            body = message.body.encode() if isinstance(message.body, str) else bytes(message.body)
            found.append((message.headers["x-death"][0]["reason"], body))
    return sorted(found)


@pytest.mark.parametrize("name", ["dispatch", "follow"])
def test_work_queues_are_replicated_limited_and_keep_what_they_give_up(
    gateway: Gateway, broker: Broker, name: str
) -> None:
    queue = queue_of(broker, name)
    assert queue["type"] in {"quorum", "rabbit_quorum_queue"}
    assert arguments(queue) == {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERIES,
        "x-dead-letter-exchange": "gateway.dead",
        "x-dead-letter-routing-key": name,
    }


def test_each_consumer_has_its_own_prefetch(gateway: Gateway, broker: Broker) -> None:
    """None for the whole channel, which quorum queues know nothing of."""
    consumers = broker.listed("consumers", "queue_name", "prefetch_count", "ack_required")
    assert {each["queue_name"]: each["prefetch_count"] for each in consumers} == {
        "dispatch": WORKER_THREADS,
        "follow": WORKER_THREADS,
    }
    assert all(each["ack_required"] for each in consumers)
    assert {each["global_prefetch_count"] for each in broker.listed("channels", "global_prefetch_count")} == {
        0
    }


def test_a_publisher_waits_no_longer_for_a_confirm_than_it_says(gateway: Gateway, broker: Broker) -> None:
    options = {"confirm_publish": True}
    with kombu.Connection(broker.url, transport_options=options) as connection:
        producer = connection.Producer()
        producer.publish(b"[]", routing_key="nobody", confirm_timeout=1)
        broker.freeze()
        try:
            with pytest.raises(TimeoutError):
                producer.publish(b"[]", routing_key="nobody", confirm_timeout=1)
        finally:
            broker.thaw()


def test_dead_letters_are_kept_as_safely(gateway: Gateway, broker: Broker) -> None:
    assert arguments(queue_of(broker, "dead")) == {"x-queue-type": "quorum"}


def test_a_broker_that_comes_back_empty_gets_a_queue_for_dead_letters(
    gateway: Gateway, broker: Broker
) -> None:
    broker.kill()
    broker.forget()
    broker.start()
    names = {"dispatch", "follow", "dead"}
    waiting.until(lambda: names <= {queue["name"] for queue in broker.listed("queues", "name")}, 60)


def test_what_is_refused_is_put_aside(gateway: Gateway, broker: Broker) -> None:
    dead_letters(broker)
    messages.send(broker.url, list(REFUSED.values()))
    waiting.until(lambda: messages.waiting_in(broker.url, "dead") == len(REFUSED))
    assert dead_letters(broker) == sorted(("rejected", sent.body) for sent in REFUSED.values())


def test_a_message_that_ends_its_worker_each_time_is_put_aside(gateway: Gateway, broker: Broker) -> None:
    dead_letters(broker)
    gateway.stack.stop("worker")
    try:
        messages.send(broker.url, [Message(b"poison", {})])
        for _ in range(DELIVERIES + 1):
            take_and_die(broker)
        waiting.until(lambda: messages.waiting_in(broker.url, "dead"))
    finally:
        gateway.stack.start("worker")
    assert dead_letters(broker) == [("delivery_limit", b"poison")]
