"""What Celery and its transports really make of our configuration."""

import inspect

import amqp
import kombu
import pytest
from celery.utils.quorum_queues import detect_quorum_queues
from celery.worker.consumer import Consumer
from django.conf import settings
from kombu.transport.redis import Channel
from kombu.utils.imports import symbol_by_name

from config import celery
from config.celery import app
from config.embedded import parts
from workflows import scheduler, studios, tasks

RABBITMQ = "amqp://guest:guest@127.0.0.1:5672//"
# What kombu itself reads of the options, whatever the transport.
_CONNECTING = {"max_retries", "interval_start", "interval_step", "interval_max"}
TASKS = (tasks.dispatch_jobs, tasks.follow_jobs, tasks.stop_jobs)


@pytest.mark.parametrize("task", TASKS)
def test_a_message_is_given_back_when_its_worker_dies(task: object) -> None:
    found = app.tasks[getattr(task, "name", "")]
    assert found.acks_late
    assert found.reject_on_worker_lost
    assert found.acks_on_failure_or_timeout, (
        "else every message of a minute without a database is a dead letter"
    )


@pytest.mark.parametrize("task", TASKS)
def test_nothing_is_kept_of_a_task(task: object) -> None:
    assert app.tasks[getattr(task, "name", "")].ignore_result
    assert app.conf.result_backend is None
    assert type(app.backend).__name__ == "DisabledBackend"


def test_messages_are_json_and_nothing_else() -> None:
    assert (app.conf.task_serializer, list(app.conf.accept_content)) == ("json", ["json"])


def test_each_thread_has_one_message_in_hand() -> None:
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.worker_detect_quorum_queues, "else RabbitMQ refuses a prefetch for the whole channel"


def test_a_lost_connection_ends_no_task_and_is_made_again_for_ever() -> None:
    assert app.conf.worker_cancel_long_running_tasks_on_connection_loss is False
    assert app.conf.broker_connection_retry
    assert app.conf.broker_connection_retry_on_startup
    assert app.conf.broker_connection_max_retries is None


def test_workers_let_in_only_what_the_scheduler_writes() -> None:
    assert issubclass(symbol_by_name(app.conf.worker_consumer), celery.Doorkeeper)
    assert issubclass(celery.Doorkeeper, Consumer)
    assert max(scheduler._DISPATCH_BATCH, scheduler._FOLLOW_BATCH) <= celery._MOST_IDS
    assert set(app.conf.task_routes) == {task.name for task in TASKS}


def test_workers_talk_to_nobody_but_the_broker() -> None:
    assert app.conf.worker_enable_remote_control is False
    assert app.conf.worker_send_task_events is False


def test_rabbitmqs_driver_knows_every_option_of_the_connection() -> None:
    """It swallows what it does not know, such as a time limit for confirms, which goes with each publish."""
    known = set(inspect.signature(amqp.Connection.__init__).parameters)
    options = celery.transport_options(RABBITMQ)
    assert set(options) - _CONNECTING <= known
    assert options["confirm_publish"] is True
    assert {options["read_timeout"], options["write_timeout"]} == {3}


def test_the_time_limit_of_a_confirm_goes_with_each_publish() -> None:
    assert set(scheduler._PUBLISHING) <= set(inspect.signature(kombu.Producer.publish).parameters)
    assert scheduler._PUBLISHING == {"retry": False, "confirm_timeout": 2.0}


def test_valkeys_transport_knows_every_option_of_the_connection() -> None:
    known = {*Channel.from_transport_options, "unacked_restore_interval"}
    assert set(celery.transport_options("redis://")) - _CONNECTING <= known


def test_on_rabbitmq_celery_sees_that_the_queues_are_quorum_queues(monkeypatch: pytest.MonkeyPatch) -> None:
    """It then sets a prefetch for each consumer, as these queues need it."""
    monkeypatch.setattr(app.amqp, "queues", app.amqp.Queues(celery.queues(RABBITMQ)))
    assert detect_quorum_queues(app, "amqp")[0]


def test_on_valkey_a_message_goes_to_its_queue_without_a_table_that_could_be_lost() -> None:
    assert {queue.exchange.type for queue in celery.queues("redis://")} == {"direct"}


def test_a_message_comes_again_only_after_the_longest_task() -> None:
    longest = settings.RING_AGAIN_AFTER.total_seconds() + studios.CALL_SECONDS
    assert celery.transport_options("redis://")["visibility_timeout"] > longest
    assert longest < parts.WORKER_PATIENCE
    # No heartbeat is sent meanwhile; the broker hangs up after two.
    assert 2 * app.conf.broker_heartbeat > parts.WORKER_PATIENCE
