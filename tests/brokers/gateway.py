"""A gateway on some broker with a scripted Studio, and one client's view of it."""

import dataclasses
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import requests

from clients import ulids
from config.embedded import addresses
from config.embedded.parts import Parts
from config.embedded.process import Process
from config.embedded.stack import Stack
from tests import servers, waiting
from tests.brokers.broker import Broker
from tests.brokers.studio import Studio
from tests.scenarios import calling
from tests.scenarios.calling import Calling

# A second is the least that the settings take: a lost ring is then soon repeated.
_QUICK = {"RING_AGAIN_SECONDS": "2", "DISPATCH_LEASE_SECONDS": "16"}
HASTE = 3
PARTS = ("web", "worker", "scheduler")


def folder_of(name: str) -> Path:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    return Path(os.environ[servers.RUN_FOLDER], f"{name}-{worker}")


def stack_on(broker: Broker, studio: Studio, name: str) -> Stack:
    own = {name: servers.FIXED[name] for name in ("STUDIO_TOKEN", "STUDIO_CALLBACK_KEYS")}
    addresses = {"BROKER_URL": broker.url, "STUDIO_URL": studio.url, "STUDIO_TEST_URL": studio.url}
    return Stack(folder_of(name), given={**servers.environment_outside(), **_QUICK, **own, **addresses})


@dataclass
class Gateway:
    """What a test does with the processes, and what its client sees of its jobs."""

    stack: Stack
    broker: Broker
    studio: Studio
    client: Calling
    body: dict[str, str]
    hasty_url: str

    def accept(self, count: int = 1) -> list[str]:
        return [self.client.swap(self.body) for _ in range(count)]

    def accept_hasty(self, count: int) -> list[str]:
        """Jobs that end HASTE after they were accepted."""
        url = f"{self.hasty_url}/v1/background-swap-with-image"
        answers = [
            requests.post(url, json=self.body, headers=self.client.headers, timeout=60) for _ in range(count)
        ]
        return [str(answer.json()["job_id"]) for answer in answers]

    def cancel(self, job_id: str) -> None:
        url = f"{self.stack.url}/v1/jobs/{job_id}/cancel"
        requests.post(url, headers=self.client.headers, timeout=5).raise_for_status()

    def statuses(self, job_ids: Sequence[str]) -> set[str]:
        return {status for status, _, _ in self._lives(job_ids)}

    def assert_done_once(self, job_ids: Sequence[str]) -> None:
        """Each ends as SUCCESS, charged and told once."""
        waiting.until(lambda: self.statuses(job_ids) <= set(calling.ENDED), 240)
        assert self._lives(job_ids) == [("SUCCESS", ["CHARGE"], ["succeeded"])] * len(job_ids)

    def assert_refunded(self, job_ids: Sequence[str], code: str) -> None:
        """Each ends as FAILURE, refunded and told once."""
        waiting.until(lambda: self.statuses(job_ids) <= set(calling.ENDED), 240)
        assert self._lives(job_ids) == [("FAILURE", ["CHARGE", "REFUND"], ["failed"])] * len(job_ids)
        assert {self.client.job(job_id)["error"]["code"] for job_id in job_ids} == {code}

    def assert_clean(self) -> None:
        """The whole book is right."""
        assert json.loads(self.stack.run("audit"))["breaches"] == []

    def count_in_log(self, name: str, text: str) -> int:
        return self.stack.process(name).log.read_text().count(text)

    def end_leases(self) -> None:
        """Time passes for whoever died with a claim."""
        self._sql(
            "UPDATE workflows_job SET lease_until = now(), next_action_at = now() WHERE lease_until > now()"
        )

    def lateness(self, job_ids: Sequence[str]) -> float:
        """By how many seconds the latest of some ended jobs missed its deadline."""
        ids = [ulids.to_uuid(job_id) for job_id in job_ids]
        query = (
            "SELECT extract(epoch FROM max(finished_at - deadline_at)) FROM workflows_job WHERE id = ANY(%s)"
        )
        [(lateness,)] = self._sql(query, ids)
        return float(lateness)

    def _lives(self, job_ids: Sequence[str]) -> list[tuple[str, list[str], list[str]]]:
        """Status, ledger entries and final events of each job."""
        query = """
            SELECT status,
                ARRAY(SELECT kind::text FROM billing_ledgerentry WHERE job_id = job.id ORDER BY seq),
                ARRAY(SELECT event_type::text FROM workflows_jobevent
                    WHERE job_id = job.id AND event_type IN ('succeeded', 'failed') ORDER BY seq)
            FROM workflows_job AS job WHERE id = ANY(%s)
        """
        return self._sql(query, [ulids.to_uuid(job_id) for job_id in job_ids])

    def _sql(self, statement: str, *values: object) -> list[Any]:
        with psycopg.connect(self.stack.environment["DATABASE_URL"]) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []


@contextmanager
def second(stack: Stack, name: str) -> Iterator[Process]:
    """One more worker or scheduler of the same gateway, ready."""
    makes = Parts(stack.folders, stack.environment)
    part = makes.worker() if name == "worker" else makes.scheduler()
    process = dataclasses.replace(part, name=f"second {name}", log=part.log.with_name(f"second-{name}.log"))
    process.start()
    try:
        if name == "worker":
            waiting.until(lambda: process.has_said(" ready."), 60)
        yield process
    finally:
        process.stop()


@contextmanager
def hasty_web(stack: Stack) -> Iterator[str]:
    """The address of one more web of the same gateway; what it accepts has HASTE seconds."""
    makes = Parts(stack.folders, {**stack.environment, "JOB_DEADLINE_SECONDS": str(HASTE)})
    with addresses.listening(0) as listener:
        part = makes.web(listener.fileno())
        process = dataclasses.replace(part, name="hasty web", log=part.log.with_name("hasty-web.log"))
        process.start()
        try:
            yield addresses.url_of(listener)
        finally:
            process.stop()
