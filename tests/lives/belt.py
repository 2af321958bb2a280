"""Messages carried by hand: what the scheduler rings is worked off by threads when the test says so.

And time that passes when the test says so: alarms, leases and pauses come nearer, nobody waits for them.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from celery import Celery
from django.db import connection
from kombu import Message

from config.celery import app as gateway
from config.celery import queues
from workflows import scheduler

_CLOCKS = """
    WITH pace AS (UPDATE workflows_studiopace SET next_at = next_at - %(by)s::interval)
    UPDATE workflows_job SET next_action_at = next_action_at - %(by)s::interval,
        lease_until = lease_until - %(by)s::interval
    WHERE finished_at IS NULL
"""


@dataclass
class Belt:
    app: Celery
    pool: ThreadPoolExecutor

    def tick(self) -> int:
        """One round of the scheduler, and all that it rings; how many messages that were."""
        scheduler.tick()
        return self.work()

    def work(self) -> int:
        messages = list(self._take())
        list(self.pool.map(self._do, messages))
        return len(messages)

    def _take(self) -> Iterator[Message]:
        with self.app.connection_for_read() as broker:
            for queue in queues("memory://"):
                bound = queue(broker.default_channel)
                bound.declare()
                while message := bound.get(no_ack=True):
                    yield message

    def _do(self, message: Message) -> None:
        try:
            _, values, _ = message.decode()
            self.app.tasks[message.headers["task"]](**values)
        finally:
            connection.close()


@contextmanager
def running(threads: int) -> Iterator[Belt]:
    """A broker in this process's memory, and as many workers as `threads`."""
    app = Celery("belt", broker="memory://")
    names = ("task_routes", "task_default_exchange", "task_default_exchange_type", "task_ignore_result")
    app.conf.update({name: gateway.conf[name] for name in names}, task_queues=queues("memory://"))
    app.set_default()
    try:
        with ThreadPoolExecutor(threads) as pool:
            belt = Belt(app, pool)
            list(belt._take())
            yield belt
    finally:
        gateway.set_default()


def pass_time(seconds: float) -> None:
    """Brings nearer by this what stands at a moment, but for deadlines, which never move."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOCKS, {"by": f"{seconds} s"})
