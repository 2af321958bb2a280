"""Messages that the scheduler never wrote: whoever can log in to the broker gets no worker to stumble."""

import json

from clients import ulids
from tests import waiting
from tests.brokers import messages
from tests.brokers.gateway import Gateway
from tests.brokers.messages import Message, ring

_TASK = "workflows.dispatch_jobs"
_IDS = {"job_ids": [ulids.new()]}
_NAMED = {"task": _TASK, "id": "1"}
REFUSED = {
    "unknown task": ring("os.system", {"command": "true"}),
    "unknown task without an id": Message(b'[[], {"job_ids": []}, {}]', {"task": "os.system"}),
    "known task without an id": Message(json.dumps([[], _IDS, {}]).encode(), {"task": _TASK}),
    "no task": Message(b"[]", {}),
    "a task that is no text": ring(5, _IDS),  # type: ignore[arg-type]
    "wrong arguments": ring(_TASK, {"job": "1"}),
    "more arguments": ring(_TASK, {**_IDS, "force": True}),
    "positional arguments": ring(_TASK, {}, [_IDS["job_ids"]]),
    "arguments that are a list": ring(_TASK, [1, 2]),
    "ids that are numbers": ring(_TASK, {"job_ids": [1, 2]}),
    "ids that are no ids": ring(_TASK, {"job_ids": ["' OR 1=1 --"]}),
    "ids that are one text": ring(_TASK, {"job_ids": "01JD9Z6Q2V8M3R5T7W9Y1A3C5E"}),
    "100,000 ids": ring(_TASK, {"job_ids": _IDS["job_ids"] * 100_000}),
    "a number": Message(b"5", _NAMED),
    "nothing": Message(b"", _NAMED),
    "null": Message(b"null", _NAMED),
    "an object": Message(b'{"args": 1, "kwargs": 2}', _NAMED),
    "the old protocol": Message(json.dumps({"task": _TASK, "id": "1", "kwargs": _IDS}).encode(), {}),
    "no JSON": Message(b"{ no JSON", _NAMED),
    "no text": Message(b"\xff\xfe\x00", _NAMED),
    "nested without end": Message(b"[" * 100_000, _NAMED),
    "a pickle": Message(b"cos\nsystem\n(S'true'\ntR.", _NAMED, "application/x-python-serialize"),
    "no content type": Message(json.dumps([[], _IDS, {}]).encode(), _NAMED, None),
    "compressed, it says": Message(b"no zip", {**_NAMED, "compression": "application/x-gzip"}),
    "a time that is none": ring(_TASK, _IDS, eta="when I like"),
    "a time far away": ring(_TASK, _IDS, eta="9999-12-31T23:59:59"),
    "an expiry that is none": ring(_TASK, _IDS, expires=[1]),
    "time limits that are none": ring(_TASK, _IDS, timelimit=5),
    "retries that are none": ring(_TASK, _IDS, retries="many"),
}


class Forged:
    def test_what_is_refused_stops_no_worker_and_no_job(self, gateway: Gateway) -> None:
        worker = gateway.stack.process("worker")
        before, refused = worker.pid, gateway.count_in_log("worker", "message_refused")
        messages.send(gateway.broker.url, list(REFUSED.values()))
        gateway.assert_done_once(gateway.accept())
        messages.wait_until_empty(gateway.broker.url)
        assert worker.is_alive()
        assert worker.pid == before
        assert gateway.count_in_log("worker", "message_refused") - refused == len(REFUSED)

    def test_a_ring_for_jobs_that_are_not_there_or_have_ended_does_nothing(self, gateway: Gateway) -> None:
        [ended] = gateway.accept()
        gateway.assert_done_once([ended])
        puts = len(gateway.studio.puts)
        for task in (_TASK, "workflows.follow_jobs", "workflows.stop_jobs"):
            messages.send(gateway.broker.url, [ring(task, {"job_ids": [ended, ulids.new()]})] * 3)
        waiting.until(lambda: messages.waiting_in(gateway.broker.url) == 0)
        [later] = gateway.accept()
        gateway.assert_done_once([ended, later])
        assert gateway.studio.puts[puts:] == [later]
