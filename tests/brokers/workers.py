"""Workers that are killed, paused for ever or restarted while jobs flow, and messages that come again."""

import random
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests import waiting
from tests.brokers import messages
from tests.brokers.gateway import Gateway, second


@contextmanager
def flowing(gateway: Gateway) -> Iterator[list[str]]:
    """Jobs are accepted, some each second, for as long as the block lasts."""
    accepted: list[str] = []
    stop = threading.Event()

    def accept() -> None:
        while not stop.wait(0.2):
            accepted.extend(gateway.accept())

    thread = threading.Thread(target=accept)
    thread.start()
    try:
        yield accepted
    finally:
        stop.set()
        thread.join()


class Workers:
    def test_each_message_three_times_in_any_order_is_one_submission(self, gateway: Gateway) -> None:
        url, puts = gateway.broker.url, len(gateway.studio.puts)
        gateway.stack.stop("worker")
        job_ids = gateway.accept(12)
        waiting.until(lambda: messages.waiting_in(url) > 0)
        tripled = messages.take(url) * 3
        random.Random(7).shuffle(tripled)
        messages.send(url, tripled)
        gateway.stack.start("worker")
        gateway.assert_done_once(job_ids)
        assert sorted(gateway.studio.puts[puts:]) == sorted(job_ids)

    @pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGQUIT])
    def test_ended_with_a_message_in_hand_its_job_goes_on(
        self, gateway: Gateway, number: signal.Signals
    ) -> None:
        worker, puts = gateway.stack.process("worker"), len(gateway.studio.puts)
        gateway.studio.answers.clear()
        job_ids = gateway.accept(3)
        waiting.until(lambda: len(gateway.studio.puts) > puts)
        before = worker.pid
        worker.signal(number)
        gateway.studio.answers.set()
        waiting.until(lambda: worker.pid != before and worker.has_said(" ready."), 60)
        gateway.end_leases()
        gateway.assert_done_once(job_ids)

    def test_asked_to_end_a_worker_finishes_what_it_has_in_hand(self, gateway: Gateway) -> None:
        puts = len(gateway.studio.puts)
        gateway.studio.answers.clear()
        job_ids = gateway.accept(3)
        waiting.until(lambda: len(gateway.studio.puts) > puts)
        threading.Timer(1.0, gateway.studio.answers.set).start()
        gateway.stack.stop("worker")
        assert gateway.statuses(gateway.studio.puts[puts:][:1]) == {"SUCCESS"}
        messages.wait_until_empty(gateway.broker.url)
        gateway.stack.start("worker")
        gateway.assert_done_once(job_ids)

    def test_a_rolling_restart_fails_no_job(self, gateway: Gateway) -> None:
        with second(gateway.stack, "worker") as other, flowing(gateway) as job_ids:
            gateway.stack.stop("worker")
            gateway.stack.start("worker")
            other.stop()
            other.start()
            waiting.until(lambda: other.has_said(" ready."), 60)
        assert len(job_ids) >= 5
        gateway.assert_done_once(job_ids)
