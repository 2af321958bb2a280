"""Tells callers that a job's status changed, signed by Standard Webhooks.

A callback only rings: it carries no result, may come twice, and is given up after the last try.
"""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime

import httpx
from standardwebhooks import Webhook

from studio_client.reference.job import Job
from studio_client.reference.orders import Callback
from studio_client.reference.outgoing import Forbidden, Outgoing

WAITS_S = (1.0, 3.0, 10.0, 30.0, 60.0)
"""Pauses between tries; one more try than pauses."""

_TOTAL_S = 10.0

log = logging.getLogger(__name__)


class Callbacks:
    """Sends at most one message per job at a time, always about its newest version."""

    def __init__(self, outgoing: Outgoing, keys: Mapping[str, str]) -> None:
        self._outgoing = outgoing
        self._hooks = {key_id: Webhook(secret) for key_id, secret in keys.items()}
        self._sending: dict[str, asyncio.Task[None]] = {}
        self.counts: Counter[str] = Counter()

    def ring(self, job: Job) -> None:
        """Report the job's status in the background, in place of an older report that has not got through."""
        callback = job.order.callback
        if callback is None:
            return
        if callback.key_id not in self._hooks:
            # The job is worth more than its callback: the caller's own polling finds it.
            log.warning("no callback for %s: key %r is not known", job.job_id, callback.key_id)
            self.counts["unknown_key"] += 1
            return
        earlier = self._sending.pop(job.job_id, None)
        if earlier is not None:
            earlier.cancel()
        task = self._sending[job.job_id] = asyncio.create_task(self._insist(job, callback))
        task.add_done_callback(lambda done: self._forget(job.job_id, done))

    async def close(self, grace_s: float) -> None:
        """Give what is under way ``grace_s`` seconds to get through."""
        sending = list(self._sending.values())
        if sending:
            await asyncio.wait(sending, timeout=grace_s)
        for task in sending:
            task.cancel()
        await asyncio.gather(*sending, return_exceptions=True)

    def _forget(self, job_id: str, task: "asyncio.Task[None]") -> None:
        if self._sending.get(job_id) is task:
            del self._sending[job_id]

    async def _insist(self, job: Job, callback: Callback) -> None:
        message_id = f"{job.job_id}-{job.version}"
        body = json.dumps({"job_id": job.job_id, "version": job.version, "status": job.status})
        for wait in (*WAITS_S, None):
            if await self._send(callback, message_id, body):
                self.counts["delivered"] += 1
                return
            if wait is not None:
                await asyncio.sleep(wait)
        self.counts["given_up"] += 1

    async def _send(self, callback: Callback, message_id: str, body: str) -> bool:
        now = datetime.now(UTC)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._hooks[callback.key_id].sign(message_id, now, body),
        }
        try:
            async with (
                asyncio.timeout(_TOTAL_S),
                self._outgoing.send("POST", callback.url, content=body.encode(), headers=headers) as response,
            ):
                return response.is_success
        except (TimeoutError, Forbidden, httpx.HTTPError):
            return False
