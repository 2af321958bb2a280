"""The crash points: lines of the product, named by a fragment of their text. A process dies before one.

A fragment that does not stand exactly once in its function is an error, so that a change of the product that
moves a point is noticed.
"""

import importlib
import inspect
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Literal

Role = Literal["web", "worker", "scheduler"]


class PointLost(LookupError):
    """A crash point names a line that is not there, or is there more than once."""


@dataclass(frozen=True, slots=True)
class Point:
    """A process of this role dies just before the line of `function` that holds `fragment`."""

    name: str
    role: Role
    function: str
    fragment: str

    def line(self) -> tuple[CodeType, int]:
        """The code to trace and the number of the line. Raises PointLost."""
        code = self._function().__code__
        lines, first = inspect.getsourcelines(code)
        found = [number for number, text in enumerate(lines, first) if self.fragment in text]
        if len(found) != 1:
            raise PointLost(f"{self.name}: {self.fragment!r} stands {len(found)} times in {self.function}")
        if found[0] not in {number for *_, number in code.co_lines()}:
            raise PointLost(f"{self.name}: no statement of {self.function} begins on line {found[0]}")
        return code, found[0]

    def _function(self) -> FunctionType:
        module_name, _, path = self.function.partition(":")
        found: object = importlib.import_module(module_name)
        for part in path.split("."):
            found = inspect.getattr_static(found, part, None)
        found = inspect.unwrap(found) if callable(found) else found
        if not isinstance(found, FunctionType):
            raise PointLost(f"{self.name}: there is no function {self.function}")
        return found


_ACCEPT, _DISPATCH, _FOLLOW = "workflows.accept", "workflows.dispatch", "workflows.follow"
_SCHEDULER, _SETTLE = "workflows.scheduler", "workflows.settle"

ALL = (
    # A request is accepted.
    Point("accepting, nothing charged", "web", f"{_ACCEPT}:_write", "ledger.charge("),
    Point("charged, not committed", "web", "billing.ledger:_post", "return Posted("),
    Point("accepted, client not told", "web", f"{_ACCEPT}:accept", "known.is_logged = True"),
    # The scheduler rings.
    Point("due, nothing rung", "scheduler", f"{_SCHEDULER}:tick", "_ring(tasks.dispatch_jobs"),
    Point("dispatch rung, follow not", "scheduler", f"{_SCHEDULER}:tick", "_ring(tasks.follow_jobs"),
    Point("in mid-batch of rings", "scheduler", f"{_SCHEDULER}:_ring", "task.apply_async("),
    Point("in mid-batch of deadlines", "scheduler", f"{_SETTLE}:expire", "if ended == _EXPIRED_AT_ONCE"),
    Point("expiring, not refunded", "scheduler", f"{_SETTLE}:fail", "refunded = ledger.refund("),
    # A worker submits.
    Point("message taken, not claimed", "worker", f"{_DISPATCH}:dispatch", "job = _claim("),
    Point("claiming, not committed", "worker", f"{_DISPATCH}:_claim", "return Job.objects.get("),
    Point("claimed, not sent", "worker", f"{_DISPATCH}:dispatch", "told = studios.of("),
    Point(
        "sent, no answer", "worker", "urllib3.connection:HTTPConnection.getresponse", "super().getresponse()"
    ),
    Point("answer begun, not read", "worker", "studio_client._transport:_read", "content = bytearray()"),
    Point("answer, not recorded", "worker", f"{_DISPATCH}:dispatch", "_record(job, told)"),
    Point("recording, not committed", "worker", f"{_DISPATCH}:_record", "if not recorded"),
    Point("recorded, not carried on", "worker", f"{_DISPATCH}:_record", "follow.carry(job, told)"),
    # A worker follows and settles.
    Point("recorded, not polled", "worker", f"{_FOLLOW}:_sweep", "told = studios.of("),
    Point("polled, not carried on", "worker", f"{_FOLLOW}:_sweep", "carry(job, told.get("),
    Point("final answer, not looked at", "worker", f"{_FOLLOW}:_succeed", "result = results.collect("),
    Point("picture proved, not kept", "worker", "workflows.results:collect", "key = _keep("),
    Point("final answer, not settled", "worker", f"{_FOLLOW}:_succeed", "if settle.succeed("),
    Point("succeeding, not committed", "worker", f"{_SETTLE}:succeed", "events.append("),
    Point("succeeded, message not acknowledged", "worker", f"{_SETTLE}:succeed", "return won"),
    Point("succeeded, delivery not cleared", "worker", f"{_FOLLOW}:_succeed", "results.clear(job)"),
    Point("failing, not refunded", "worker", f"{_SETTLE}:fail", "refunded = ledger.refund("),
    Point("refunded, not committed", "worker", f"{_SETTLE}:fail", "events.append("),
    Point("failed, message not acknowledged", "worker", f"{_SETTLE}:fail", "return won"),
    Point("to be submitted again, not written", "worker", f"{_FOLLOW}:ask_again", "if _update("),
    # The client and Studio are told, and tell.
    Point("settled, client not told", "web", "workflows.api.jobs:JobView.get", "return freshness.answer("),
    Point("cancelled, client not told", "web", f"{_SETTLE}:cancel", "return won"),
    Point("cancelled, Studio not told", "worker", f"{_FOLLOW}:stop", "told = studios.of("),
    Point("called back, not rung", "web", "workflows.callback:ring", "alarms.wake_scheduler("),
    Point(
        "picture written, not in its place",
        "web",
        "assets.storage:DiskStorage.put",
        "Path(file.name).replace(",
    ),
)
BY_NAME = {point.name: point for point in ALL}
