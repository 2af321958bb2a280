"""Milliseconds that reads of jobs, renders and request logs take, with their filters, among a thousand rows
and among a million.

Each request to one gateway is followed by the same to the other. Of the rows three in ten are the reader's.
"""

import base64
import contextlib
import http.client
import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias
from urllib.parse import quote, urlsplit

import psycopg

from benchmarks import archive, load, throwaway
from benchmarks.frame import Failed, Order, Result
from config.embedded.stack import Stack

SIZE = 1_000_000
COUNTS = "jobs, and as many request logs"
PASSES = 5
FEW = 1000
# One request for so many rows: a small order is a small one in all.
ROWS_OF_A_REQUEST, LEAST, MOST = 5000, 3, 200
# Before the first pass each process fills its caches.
WARM = 4
PROMISED = 1.5
_NAME = "Reader"
_SMALL, _LARGE = "few", "many"
_OWN = """
    SELECT {} FROM workflows_job AS job JOIN clients_client AS client ON client.id = client_id
    WHERE name = %s ORDER BY {}
"""
_SOME = _OWN.format("ulid_text(job.id)", "hashtext(job.id::text) LIMIT 500")
# For answers of one length from either.
LATEST = 40
_LATELY = _OWN.format("job.created_at", "job.id DESC OFFSET %s LIMIT 1")

# The seconds of each request in each pass, by read and site.
Taken: TypeAlias = dict[tuple[str, str], list[list[float]]]


@dataclass
class Site:
    """A gateway with its archive, and what its client asks for."""

    connection: http.client.HTTPConnection
    key: str
    job_ids: list[str]
    moment: str
    middle: str
    asked: int = field(default=0)

    def get(self, path: str) -> float:
        """Seconds that one request takes. Raises Failed at another answer than 200."""
        self.asked += 1
        began = time.perf_counter()
        self.connection.request("GET", self._filled(path), headers={"Authorization": f"Bearer {self.key}"})
        answer = self.connection.getresponse()
        content = answer.read()
        taken = time.perf_counter() - began
        if answer.status != 200:
            raise Failed(f"{path} answered {answer.status}: {content[:300]!r}")
        return taken

    def _filled(self, path: str) -> str:
        number = self.asked % len(self.job_ids)
        return path.format(job_id=self.job_ids[number], number=number, moment=self.moment, middle=self.middle)


_READS = {
    "job": "/v1/jobs/{job_id}",
    "its events": "/v1/jobs/{job_id}/events",
    "jobs": "/v1/jobs",
    "jobs, from the middle": "/v1/jobs?cursor={middle}",
    "jobs, status of most": "/v1/jobs?status=SUCCESS",
    "jobs, status of few": "/v1/jobs?status=FAILURE",
    "jobs, status of the newest": "/v1/jobs?status=IN_PROGRESS",
    "jobs, job_type of few": "/v1/jobs?job_type=BACKGROUND_SWAP_WITH_IMAGE",
    "jobs, pilot_brand of many": "/v1/jobs?pilot_brand=alpine",
    "jobs, pilot_brand of few": "/v1/jobs?pilot_brand=rare",
    "jobs, created_after": "/v1/jobs?created_after={moment}",
    "renders": "/v1/renders",
    "request logs": "/v1/request-logs",
    "request logs, status of most": "/v1/request-logs?status=202",
    "request logs, status of few": "/v1/request-logs?status=409",
    "request logs, error_code of many": "/v1/request-logs?error_code=VALIDATION_ERROR",
    "request logs, error_code of few": "/v1/request-logs?error_code=IDEMPOTENCY_IN_PROGRESS",
    "request logs, workflow of few": "/v1/request-logs?workflow=background-swap-with-image",
    "request logs, job_id": "/v1/request-logs?job_id={job_id}",
    "request logs, idempotency_key": "/v1/request-logs?idempotency_key=order-{number}",
    "request logs, replayed": "/v1/request-logs?replayed=true",
    "request logs, created_after": "/v1/request-logs?created_after={moment}",
}


def run(order: Order) -> Result:
    sizes = {_SMALL: min(FEW, order.size), _LARGE: order.size}
    with contextlib.ExitStack() as running:
        sites = {name: running.enter_context(_site(name, rows, order)) for name, rows in sizes.items()}
        taken: dict[tuple[str, str], list[list[float]]] = {
            (read, name): [] for read in _READS for name in sites
        }
        times = min(max(order.size // ROWS_OF_A_REQUEST, LEAST), MOST)
        _ask(sites, "/v1/jobs", WARM)
        for number in range(order.passes):
            order.say(f"pass {number + 1} of {order.passes}")
            for read, path in _READS.items():
                for name, seconds in _ask(sites, path, times).items():
                    taken[read, name].append(seconds)
    return _result(order, sizes, times, taken)


def _ask(sites: dict[str, Site], path: str, times: int) -> dict[str, list[float]]:
    """In turn, so that whatever the machine does meets both alike."""
    taken: dict[str, list[float]] = {name: [] for name in sites}
    for number in range(times):
        for name in (sites, reversed(sites))[number % 2]:
            taken[name].append(sites[name].get(path))
    return taken


@contextlib.contextmanager
def _site(name: str, rows: int, order: Order) -> Iterator[Site]:
    order.say(f"starting a gateway for {rows:,} jobs")
    given = {
        **throwaway.surroundings(),
        "STUDIO_URL": "http://127.0.0.1:9",
        "STUDIO_TOKEN": secrets.token_urlsafe(32),
        "STUDIO_CALLBACK_KEYS": f"bench:whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}",
        "RATE_LIMIT_PER_SECOND": "1000000",
        "RATE_LIMIT_BURST": "1000000",
    }
    with throwaway.folder() as folder, Stack(folder / "data", given=given, report=order.say) as stack:
        for part in ("worker", "scheduler"):
            stack.stop(part)
        key = json.loads(stack.run("create_client", _NAME))["api_key"]
        order.say(f"writing {rows:,} jobs, their events, and as many request logs")
        with psycopg.connect(stack.environment["DATABASE_OWNER_URL"], autocommit=True) as owner:
            archive.fill(owner, rows, _NAME)
            yield _opened(owner, stack.url, key)


def _opened(owner: psycopg.Connection, url: str, key: str) -> Site:
    some = [job_id for (job_id,) in owner.execute(_SOME, [_NAME]).fetchall()]
    (moment,) = owner.execute(_LATELY, [_NAME, LATEST]).fetchone() or (datetime.now(UTC),)
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    return Site(connection, key, some, quote(moment.isoformat()), sorted(some)[len(some) // 2])


def _result(order: Order, sizes: dict[str, int], times: int, taken: Taken) -> Result:
    result = Result(
        f"two gateways, each with its PostgreSQL; {sizes[_SMALL]:,} and {sizes[_LARGE]:,} jobs"
        f" and request logs; {times} requests each, in turn; {order.passes} passes"
    )
    for share in (0.5, 0.99):
        for (read, name), passes in taken.items():
            values = [1000 * load.percentile(seconds, share) for seconds in passes]
            result.measured(f"p{share * 100:.0f}, {read}, {name}", "ms", values)
        for read in _READS:
            label = f"p{share * 100:.0f}, {read}"
            result.compare(
                f"{label}, {_LARGE} / {_SMALL}", f"{label}, {_LARGE}", f"{label}, {_SMALL}", PROMISED
            )
    return result
