"""Milliseconds that POST /v1/background-swap-with-image takes with the broker up, with the broker ended, and
with the broker frozen: it takes connections and says nothing.

The web process never publishes, so the 99th percentile must be the same, within 20 %.
"""

import base64
import io
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import LiteralString

import psycopg
import requests
from PIL import Image

from benchmarks import load, throwaway
from benchmarks.frame import Order, Result
from config.embedded.stack import Stack

SIZE = 1000
COUNTS = "requests with each state of the broker in each pass"
PASSES = 5
CONNECTIONS = 8
CLIENTS = 4
PROMISED = 1.2
_CREDITS = 10**9
_ROUTE = "/v1/background-swap-with-image"
# Nobody is to be dispatched to: the cores are left to what is measured.
_NO_STUDIO = "http://127.0.0.1:9"
_NO_LIMIT: LiteralString = "UPDATE billing_creditaccount SET open_jobs_limit = 1000000000"
# What one measurement leaves waiting must not ring during the next.
_NOTHING_DUE: LiteralString = (
    "UPDATE workflows_job SET next_action_at = now() + interval '1 day'"
    " WHERE next_action_at < now() + interval '1 hour'"
)
_RUNNING = (
    "gunicorn (2 processes of 16 threads), PostgreSQL with fsync, scheduler and Valkey; no worker, no Studio"
)


def run(order: Order) -> Result:
    order.say("starting the gateway")
    with throwaway.folder() as folder, Stack(folder / "data", given=_given(), report=order.say) as stack:
        stack.stop("worker")
        callers = [_caller(stack, f"Bench {number + 1}") for number in range(CLIENTS)]
        _as_owner(stack, _NO_LIMIT)
        states = {"up": _up, "ended": _ended, "frozen": _frozen}
        taken: dict[str, list[list[float]]] = {name: [] for name in states}
        _accept(stack, callers, max(CONNECTIONS, order.size // 10))
        for number in range(order.passes):
            order.say(f"pass {number + 1} of {order.passes}")
            for name in _turned(list(states), number):
                with states[name](stack):
                    taken[name].append(_accept(stack, callers, order.size))
                _as_owner(stack, _NOTHING_DUE)
    return _result(order, taken)


def _given() -> dict[str, str]:
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    return {
        **throwaway.surroundings(),
        "STUDIO_URL": _NO_STUDIO,
        "STUDIO_TOKEN": secrets.token_urlsafe(32),
        "STUDIO_CALLBACK_KEYS": f"bench:whsec_{key}",
        "JOB_DEADLINE_SECONDS": "86400",
    }


def _turned(names: list[str], by: int) -> list[str]:
    """So that none is always the first, or always after the same."""
    start = by % len(names)
    return names[start:] + names[:start]


@contextmanager
def _up(stack: Stack) -> Iterator[None]:
    yield


@contextmanager
def _ended(stack: Stack) -> Iterator[None]:
    stack.stop("valkey")
    try:
        yield
    finally:
        stack.start("valkey")


@contextmanager
def _frozen(stack: Stack) -> Iterator[None]:
    stack.process("valkey").pause()
    try:
        yield
    finally:
        stack.process("valkey").resume()


def _accept(stack: Stack, callers: list[load.Caller], times: int) -> list[float]:
    return load.post(f"{stack.url}{_ROUTE}", callers, times, CONNECTIONS, expected=202)


def _caller(stack: Stack, name: str) -> load.Caller:
    """A client of its own, with a picture and all that a request names."""
    made = json.loads(stack.run("create_client", name, "--credits", str(_CREDITS)))
    headers = {"Authorization": f"Bearer {made['api_key']}"}
    picture = io.BytesIO()
    Image.new("RGB", (64, 64), "green").save(picture, "JPEG")
    sent = requests.post(
        f"{stack.url}/v1/uploads", files={"file": picture.getvalue()}, headers=headers, timeout=60
    )
    sent.raise_for_status()
    listed = requests.get(f"{stack.url}/v1/catalog/backgrounds", headers=headers, timeout=60)
    listed.raise_for_status()
    body = {
        "source_image_s3_key": sent.json()["upload_key"],
        "background_image_public_id": listed.json()["backgrounds"][0]["public_id"],
        "output_preset": "thumbnail",
    }
    return load.Caller(headers, json.dumps(body).encode())


def _as_owner(stack: Stack, statement: LiteralString) -> None:
    with psycopg.connect(stack.environment["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute(statement)


def _result(order: Order, taken: dict[str, list[list[float]]]) -> Result:
    asked = (
        f"{order.size:,} requests of {CLIENTS} clients over {CONNECTIONS} connections; {order.passes} passes"
    )
    result = Result(f"{_RUNNING}; {asked}")
    for share in (0.5, 0.99):
        for name, passes in taken.items():
            values = [1000 * load.percentile(seconds, share) for seconds in passes]
            result.measured(f"p{share * 100:.0f}, broker {name}", "ms", values)
    for name in ("ended", "frozen"):
        result.compare(f"p99 {name} / up", f"p99, broker {name}", "p99, broker up", PROMISED)
    return result
