"""The Celery app: JSON messages, late acknowledgement, no results, no timers; back-off is the job's alarm."""

import os
import sys
from collections.abc import Callable
from typing import Any

import structlog
from celery import Celery
from celery.signals import setup_logging, task_prerun, worker_init
from celery.worker.consumer import Consumer
from django.conf import settings
from django.db import close_old_connections
from kombu import Connection, Exchange, Message, Queue

from clients import ulids
from config import start

log = structlog.get_logger(__name__)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

EXCHANGE = Exchange("gateway", type="topic")
# On Valkey a publisher that went through any other type would write to nobody, and hear of no error, once
# the key is lost that says which queues belong to it.
STRAIGHT = Exchange("gateway", type="direct")
DEAD_LETTERS = Queue(
    "dead",
    Exchange("gateway.dead", type="topic"),
    routing_key="#",
    queue_arguments={"x-queue-type": "quorum"},
)
_NAMES = ("dispatch", "follow")
# More than any message of the scheduler's names.
_MOST_IDS = 1000
_QUORUM = {
    "x-queue-type": "quorum",
    # Without a dead-letter exchange a message over its delivery limit is dropped silently.
    "x-delivery-limit": 5,
    "x-dead-letter-exchange": "gateway.dead",
}


def is_rabbitmq(broker_url: str) -> bool:
    return broker_url.startswith(("amqp", "pyamqp"))


def queues(broker_url: str) -> list[Queue]:
    """The work queues; on RabbitMQ quorum queues with a delivery limit and a queue for dead letters."""
    if not is_rabbitmq(broker_url):
        return [Queue(name, STRAIGHT, routing_key=name) for name in _NAMES]
    return [
        Queue(
            name, EXCHANGE, routing_key=name, queue_arguments={**_QUORUM, "x-dead-letter-routing-key": name}
        )
        for name in _NAMES
    ]


def transport_options(broker_url: str) -> dict[str, Any]:
    """Limits in seconds: a broker that is away or frozen must not hold the scheduler up."""
    once = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
    if is_rabbitmq(broker_url):
        return {**once, "confirm_publish": True, "read_timeout": 3, "write_timeout": 3}
    return {
        **once,
        # Longer than a task takes that lets every call to Studio time out.
        "visibility_timeout": 60,
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
        "socket_timeout": 3,
        "socket_connect_timeout": 3,
    }


class Doorkeeper(Consumer):
    """Lets nothing in but what the scheduler writes; the rest is rejected, on RabbitMQ to the dead letters.

    Celery alone acknowledges what it can't decode, runs what has the wrong arguments, and ends the worker
    over an unknown task without an id, which comes again and ends the next one.
    """

    def connect(self) -> Connection:
        """The connection, each time anew, with the queue for dead letters: a broker may come back empty."""
        connection: Connection = super().connect()
        if is_rabbitmq(settings.BROKER_URL):
            DEAD_LETTERS.bind(connection.default_channel).declare()
        return connection

    def create_task_handler(self, *arguments: Any, **options: Any) -> Callable[[Message], None]:
        let_in = super().create_task_handler(*arguments, **options)

        def receive(message: Message) -> None:
            try:
                _check(message)
            except Exception:
                log.exception("message_refused")
                message.reject()
            else:
                let_in(message)

        return receive

    def on_decode_error(self, message: Message, exc: Exception) -> None:
        log.error("message_refused", exc_info=exc)
        message.reject()


def _check(message: Message) -> None:
    """Raises ValueError, or what reading it raises, for a message that is no ring of ours."""
    headers = message.headers
    if headers["task"] not in app.conf.task_routes or not isinstance(headers["id"], str):
        raise ValueError("not one of our tasks")
    if any(headers.get(name) for name in ("eta", "expires", "retries")):
        raise ValueError("a timer, and we have none")
    if any(headers.get("timelimit") or ()):
        raise ValueError("a time limit, and we have none")
    match message.payload:
        case [[], {"job_ids": [*job_ids], **more}, dict()] if not more and 0 < len(job_ids) <= _MOST_IDS:
            if not all(map(ulids.is_valid, job_ids)):
                raise ValueError("ids that are none")
        case _:
            raise ValueError("not the ids of jobs")


app = Celery("gateway")
app.conf.update(
    broker_url=settings.BROKER_URL,
    broker_transport_options=transport_options(settings.BROKER_URL),
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_connection_timeout=3,
    # Else a worker would notice after two minutes that the network lost its broker.
    broker_heartbeat=20,
    task_queues=queues(settings.BROKER_URL),
    task_default_exchange=EXCHANGE.name,
    task_default_exchange_type=EXCHANGE.type,
    task_default_queue="dispatch",
    task_default_routing_key="dispatch",
    task_routes={
        "workflows.dispatch_jobs": {"queue": "dispatch", "routing_key": "dispatch"},
        "workflows.follow_jobs": {"queue": "follow", "routing_key": "follow"},
        "workflows.stop_jobs": {"queue": "dispatch", "routing_key": "dispatch"},
    },
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    worker_consumer="config.celery:Doorkeeper",
    worker_prefetch_multiplier=1,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
)
# Each thread keeps its connection to PostgreSQL; Celery would close it before and after each task.
app.conf["CELERY_DB_REUSE_MAX"] = sys.maxsize
app.autodiscover_tasks(["workflows"])


@setup_logging.connect
def _keep_our_logging(**_: object) -> None:
    """A receiver of this signal stops Celery from replacing the handlers that Django has set up."""


@task_prerun.connect
def _drop_dead_connections(**_: object) -> None:
    close_old_connections()


@worker_init.connect
def _refuse_wrong_configuration(**_: object) -> None:
    start.refuse_wrong_configuration()
