"""Messages as somebody with a login to the broker reads, sends and loses them."""

import json
from dataclasses import dataclass
from typing import Any

import kombu
from kombu.exceptions import ChannelError

from clients import ulids
from tests import waiting


@dataclass(frozen=True)
class Message:
    """What travels: Celery's protocol 2 has the task's name and id in the headers."""

    body: bytes
    headers: dict[str, Any]
    content_type: str | None = "application/json"


def ring(task: str, kwargs: Any, args: Any = (), **headers: Any) -> Message:
    """A message as Celery would write it for a task."""
    body = [args, kwargs, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}]
    named = {"task": task, "id": ulids.new(), "lang": "py", **headers}
    return Message(json.dumps(body).encode(), named)


def send(url: str, messages: list[Message], queue: str = "dispatch") -> None:
    with kombu.Connection(url) as connection:
        producer = connection.Producer()
        for message in messages:
            producer.publish(
                message.body,
                routing_key=queue,
                headers=message.headers,
                content_type=message.content_type,
                content_encoding="utf-8",
            )


def take(url: str, queue: str = "dispatch") -> list[Message]:
    """Every message that waits in a queue; the queue is empty then."""
    found = []
    with kombu.Connection(url) as connection:
        bound = kombu.Queue(queue, channel=connection.default_channel, no_ack=True)
        while message := bound.get(no_ack=True):
            body: Any = message.body
            raw = body.encode() if isinstance(body, str) else bytes(body)
            found.append(Message(raw, dict(message.headers), message.content_type))
    return found


def waiting_in(url: str, queue: str = "dispatch") -> int:
    """How many messages wait in a queue, without those that a worker has in hand."""
    with kombu.Connection(url) as connection:
        try:
            bound = kombu.Queue(queue, channel=connection.default_channel)
            declared: Any = bound.queue_declare(passive=True)
        except ChannelError:
            return 0
        return int(declared.message_count)


def wait_until_empty(url: str) -> None:
    waiting.until(lambda: all(waiting_in(url, queue) == 0 for queue in ("dispatch", "follow")))
