"""A broker that is killed, off, frozen or emptied: what it may cost is time."""

import time

from tests import waiting
from tests.brokers import messages
from tests.brokers.gateway import Gateway

# A sweep is the scheduler's tick: twice a second, and what a loaded machine adds.
TWO_SWEEPS = 5.0


class Away:
    def test_a_job_goes_through(self, gateway: Gateway) -> None:
        gateway.assert_done_once(gateway.accept())
        messages.wait_until_empty(gateway.broker.url)

    def test_killed_while_a_job_runs(self, gateway: Gateway) -> None:
        gateway.studio.finishes.clear()
        job_ids = gateway.accept(2)
        waiting.until(lambda: gateway.statuses(job_ids) == {"IN_PROGRESS"})
        gateway.broker.kill()
        gateway.studio.finishes.set()
        gateway.broker.start()
        gateway.assert_done_once(job_ids)

    def test_off_jobs_are_accepted_refunded_in_time_and_done_when_it_is_back(self, gateway: Gateway) -> None:
        gateway.broker.kill()
        try:
            began = time.monotonic()
            patient = gateway.accept(3)
            assert time.monotonic() - began < 5
            hasty = gateway.accept_hasty(3)
            gateway.assert_refunded(hasty, "DEADLINE_EXCEEDED")
            assert gateway.lateness(hasty) < TWO_SWEEPS
            assert gateway.statuses(patient) == {"NOT_STARTED"}
        finally:
            gateway.broker.start()
        gateway.assert_done_once(patient)

    def test_come_back_empty_it_is_set_up_again(self, gateway: Gateway) -> None:
        gateway.broker.kill()
        gateway.broker.forget()
        gateway.broker.start()
        gateway.assert_done_once(gateway.accept(2))

    def test_emptied_while_messages_wait_jobs_are_rung_again(self, gateway: Gateway) -> None:
        gateway.stack.stop("worker")
        before = gateway.accept(3)
        waiting.until(lambda: messages.waiting_in(gateway.broker.url) > 0)
        gateway.broker.empty()
        gateway.stack.start("worker")
        gateway.assert_done_once(before)

    def test_emptied_while_the_worker_listens_jobs_go_on(self, gateway: Gateway) -> None:
        gateway.assert_done_once(gateway.accept())
        gateway.broker.empty()
        gateway.assert_done_once(gateway.accept(2))

    def test_frozen_it_holds_up_no_deadline_and_no_cancel(self, gateway: Gateway) -> None:
        gateway.studio.finishes.clear()
        running = gateway.accept(2)
        waiting.until(lambda: gateway.statuses(running) == {"IN_PROGRESS"})
        gateway.broker.freeze()
        try:
            gateway.cancel(running[0])
            for _ in range(2):
                hasty = gateway.accept_hasty(2)
                gateway.assert_refunded(hasty, "DEADLINE_EXCEEDED")
                assert gateway.lateness(hasty) < TWO_SWEEPS
            gateway.assert_refunded(running[:1], "CANCELLED")
            assert gateway.stack.process("scheduler").has_said("broker_does_not_answer")
        finally:
            gateway.broker.thaw()
        gateway.studio.finishes.set()
        gateway.assert_done_once([running[1], *gateway.accept()])
