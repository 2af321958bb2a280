"""A job's life on RabbitMQ, and what the broker's death changes of it: nothing."""

from config.embedded.stack import Stack
from tests import waiting
from tests.rabbitmq.broker import Broker
from tests.rabbitmq.shop import Shop


def assert_done_once(gateway: Stack, shop: Shop, job_id: str) -> None:
    assert shop.end_of(job_id) == "SUCCESS"
    assert shop.kinds(job_id) == ["CHARGE"]
    assert shop.endings(job_id) == ["succeeded"]
    gateway.run("audit")


def test_a_job_goes_through(gateway: Stack, shop: Shop, broker: Broker) -> None:
    assert_done_once(gateway, shop, shop.dispatch())
    waiting.until(lambda: broker.queues()["dispatch"]["messages"] == 0)


def test_the_broker_is_killed_while_a_job_runs(gateway: Stack, shop: Shop, broker: Broker) -> None:
    job_id = shop.dispatch()
    waiting.until(lambda: shop.status(job_id) != "NOT_STARTED")
    broker.kill()
    assert shop.status(job_id) == "IN_PROGRESS"
    broker.start()
    assert_done_once(gateway, shop, job_id)


def test_a_job_is_accepted_without_a_broker_and_waits_for_it(
    gateway: Stack, shop: Shop, broker: Broker
) -> None:
    broker.kill()
    try:
        job_id = shop.dispatch()
        assert shop.status(job_id) == "NOT_STARTED"
    finally:
        broker.start()
    assert_done_once(gateway, shop, job_id)
