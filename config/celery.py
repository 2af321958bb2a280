"""The Celery app: JSON messages, late acknowledgement, no results, no timers; back-off is the job's alarm."""

import os
import sys
from typing import Any

from celery import Celery
from celery.signals import setup_logging, task_prerun, worker_init
from django.conf import settings
from django.db import close_old_connections
from kombu import Exchange, Queue

from config import start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

EXCHANGE = Exchange("gateway", type="topic")
DEAD_LETTERS = Exchange("gateway.dead", type="topic")
_QUORUM = {
    "x-queue-type": "quorum",
    # Without a dead-letter exchange a message over its delivery limit is dropped silently.
    "x-delivery-limit": 5,
    "x-dead-letter-exchange": "gateway.dead",
}


def queues(broker_url: str) -> list[Queue]:
    """The work queues; on RabbitMQ quorum queues with a delivery limit and a queue for dead letters."""
    if not broker_url.startswith(("amqp", "pyamqp")):
        return [Queue(name, EXCHANGE, routing_key=name) for name in ("dispatch", "follow")]
    return [
        Queue(
            name, EXCHANGE, routing_key=name, queue_arguments={**_QUORUM, "x-dead-letter-routing-key": name}
        )
        for name in ("dispatch", "follow")
    ]


def transport_options(broker_url: str) -> dict[str, Any]:
    """Limits in seconds: a broker that is away or frozen must not hold the scheduler up."""
    once = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
    if broker_url.startswith(("amqp", "pyamqp")):
        return {**once, "confirm_publish": True, "read_timeout": 3, "write_timeout": 3, "confirm_timeout": 2}
    return {
        **once,
        "visibility_timeout": 60,
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
        "socket_timeout": 3,
        "socket_connect_timeout": 3,
    }


app = Celery("gateway")
app.conf.update(
    broker_url=settings.BROKER_URL,
    broker_transport_options=transport_options(settings.BROKER_URL),
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    task_queues=queues(settings.BROKER_URL),
    task_default_exchange=EXCHANGE.name,
    task_default_exchange_type="topic",
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


@worker_init.connect
def _declare_dead_letters(**_: object) -> None:
    """What RabbitMQ gives up delivering must land somewhere that people can look into."""
    if settings.BROKER_URL.startswith(("amqp", "pyamqp")):
        dead = Queue("dead", DEAD_LETTERS, routing_key="#", queue_arguments={"x-queue-type": "quorum"})
        with app.connection_for_write() as connection:
            dead.bind(connection.default_channel).declare()
