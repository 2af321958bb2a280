"""Two schedulers share the work; one that dies leaves it to the other, or to the next."""

import dataclasses
import signal
import sys

from tests import waiting
from tests.brokers.gateway import Gateway, second


class Schedulers:
    def test_of_two_one_is_killed(self, gateway: Gateway) -> None:
        puts = len(gateway.studio.puts)
        with second(gateway.stack, "scheduler") as other:
            job_ids = gateway.accept(10)
            other.kill()
            job_ids += gateway.accept(10)
            gateway.assert_done_once(job_ids)
        assert sorted(gateway.studio.puts[puts:]) == sorted(job_ids)

    def test_killed_in_mid_batch_the_next_one_rings_for_the_rest(self, gateway: Gateway) -> None:
        gateway.stack.stop("scheduler")
        job_ids = gateway.accept(30)
        command = [sys.executable, "-m", "tests.brokers.dying", "2"]
        dies = dataclasses.replace(gateway.stack.process("scheduler"), command=command)
        dies.start()
        waiting.until(lambda: dies.ended_with() == -signal.SIGKILL, 60)
        waiting.until(lambda: gateway.statuses(job_ids) == {"SUCCESS", "NOT_STARTED"})
        gateway.stack.start("scheduler")
        gateway.assert_done_once(job_ids)
