"""Posts the orders, at a steady pace, and sees each through to a final answer with the same key."""

import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tests.chaos.clients.calling import Calling
from tests.chaos.clients.order import Order

_THREADS = 12
_GIVES_UP_AFTER = 90.0
_FINAL = (202, 400, 401, 402, 403, 404, 413, 415, 422)


class Posting:
    """`accepted` hears of every job that a 202 named; once there is `enough`, no other order is begun."""

    def __init__(
        self, callers: list[Calling], deadline: float, accepted: Callable[[Calling, str], None]
    ) -> None:
        self.callers = callers
        self.deadline = deadline
        self.accepted = accepted
        self.pause = threading.Event()
        self.enough = threading.Event()

    def post_all(self, orders: list[Order], rate: float) -> None:
        """Returns when every order has its final answer, or was given up."""
        numbers = itertools.count()
        started = time.monotonic()

        def work() -> None:
            while (at := next(numbers)) < len(orders) and not self.enough.is_set():
                self.pause.wait(max(0.0, started + at / rate - time.monotonic()))
                self._see_through(orders[at])

        with ThreadPoolExecutor(_THREADS) as pool:
            for finished in [pool.submit(work) for _ in range(_THREADS)]:
                finished.result()

    def _see_through(self, order: Order) -> None:
        caller = self.callers[order.caller]
        if order.way == "twice at once":
            twins = [threading.Thread(target=self._insist, args=(caller, order)) for _ in range(2)]
            for twin in twins:
                twin.start()
            for twin in twins:
                twin.join()
            return
        job_id = self._insist(caller, order)
        if job_id is None or order.way == "plain":
            return
        threading.Thread(target=self._afterwards, args=(caller, order, job_id), daemon=True).start()

    def _insist(self, caller: Calling, order: Order) -> str | None:
        """The same request until there is a final answer; the job's id if it was accepted."""
        ends = time.monotonic() + _GIVES_UP_AFTER
        while time.monotonic() < ends:
            answer = caller.order(order.label, order.key)
            if answer is not None and answer.status_code in _FINAL:
                job_id = str(answer.json()["job_id"]) if answer.status_code == 202 else None
                if job_id:
                    self.accepted(caller, job_id)
                return job_id
            if order.key is None:
                return None
            self.pause.wait(0.3)
        return None

    def _afterwards(self, caller: Calling, order: Order, job_id: str) -> None:
        at_deadline = order.way == "cancel at deadline"
        self.pause.wait(self.deadline - 0.2 + order.seconds / 10 if at_deadline else order.seconds)
        if order.way == "once more later":
            self._insist(caller, order)
        elif order.way == "other body later":
            caller.order(order.label, order.key, output_preset="social-portrait")
        elif order.way.startswith("cancel"):
            caller.cancel(job_id)
