"""Messages that the gateway's own scheduler would not send: rings many times over, poison, forgeries."""

import json
import random
import uuid
from typing import Any

import kombu

TASKS = ("workflows.dispatch_jobs", "workflows.follow_jobs", "workflows.stop_jobs")
_QUEUES = dict(zip(TASKS, ("dispatch", "follow", "dispatch"), strict=True))
_NOBODYS = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def ring_thrice(broker: kombu.Connection, job_ids: list[str], dice: random.Random) -> int:
    """Every job rung three times, in batches of any size, in any order; how many messages it was."""
    batches = []
    for task in TASKS[:2] * 3:
        mixed = dice.sample(job_ids, len(job_ids))
        while mixed:
            size = dice.choice((1, 3, 8, 50))
            batches.append((task, mixed[:size]))
            mixed = mixed[size:]
    dice.shuffle(batches)
    with broker.Producer() as producer:
        for task, batch in batches:
            _send(producer, task, {"job_ids": batch})
    return len(batches)


def poison(broker: kombu.Connection, job_ids: list[str], dice: random.Random) -> int:
    """What no task can do anything with; how many messages it was."""
    forged: list[tuple[str, dict[str, Any]]] = [
        ("workflows.refund_everything", {"job_ids": job_ids[:3]}),
        (TASKS[0], {"job_ids": "not a list"}),
        (TASKS[0], {"job_ids": [None, 5, "../../etc", _NOBODYS, {"a": 1}]}),
        (TASKS[1], {"job_ids": [_NOBODYS] * 1000}),
        (TASKS[1], {}),
        (TASKS[2], {"job_ids": job_ids}),
        (TASKS[2], {"job_ids": job_ids, "amount": 5}),
    ]
    dice.shuffle(forged)
    with broker.Producer() as producer:
        for task, kwargs in forged:
            _send(producer, task, kwargs)
        for content_type in ("application/json", "application/x-python-serialize", "text/plain"):
            producer.publish(
                dice.randbytes(40),
                exchange="",
                routing_key="dispatch",
                content_type=content_type,
                content_encoding="utf-8" if content_type != "application/x-python-serialize" else "binary",
                headers={"task": TASKS[0], "id": str(uuid.uuid4()), "lang": "py"},
            )
    return len(forged) + 3


def _send(producer: kombu.Producer, task: str, kwargs: dict[str, Any]) -> None:
    """One message as Celery writes it, protocol 2."""
    number = str(uuid.uuid4())
    producer.publish(
        json.dumps([[], kwargs, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}]),
        exchange="",
        routing_key=_QUEUES.get(task, "dispatch"),
        content_type="application/json",
        content_encoding="utf-8",
        correlation_id=number,
        headers={
            "lang": "py",
            "task": task,
            "id": number,
            "root_id": number,
            "parent_id": None,
            "group": None,
        },
    )
