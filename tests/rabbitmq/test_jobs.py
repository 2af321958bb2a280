"""A job of the reference Studio's, with a real picture, on RabbitMQ."""

import json
from pathlib import Path

from config.embedded.stack import Stack
from tests import servers, waiting
from tests.brokers import messages
from tests.brokers.gateway import folder_of
from tests.rabbitmq.broker import Broker
from tests.scenarios import calling


def test_a_picture_gets_a_new_background(broker: Broker, tmp_path: Path) -> None:
    url = broker.new_host("pictures")
    given = {**servers.environment_outside(), "BROKER_URL": url}
    with Stack(folder_of("gateway-with-studio"), given=given) as stack:
        client = calling.new_client(stack)
        job_id = client.swap(client.body(calling.pictures(tmp_path).subject))
        assert client.ended(job_id)["status"] == "SUCCESS"
        assert client.kinds(job_id) == ["CHARGE"]
        assert json.loads(stack.run("audit"))["breaches"] == []
        waiting.until(lambda: messages.waiting_in(url) == 0)
