"""Many requests over real sockets at the same moment."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

# Longer than anything that is meant to end: a request that hangs fails its test here.
PATIENCE = 120


@dataclass(frozen=True)
class Call:
    """One request; `body` goes as JSON if there is one."""

    path: str
    key: str
    body: Any = None
    method: str = "POST"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """What came back; status 0 where the connection was cut."""

    call: Call
    status: int
    body: bytes
    headers: httpx.Headers
    seconds: float


def send(url: str, calls: Sequence[Call]) -> list[Reply]:
    """All of them at once, each over a connection of its own; answers in the order of the calls."""
    return asyncio.run(_send(url, calls))


async def _send(url: str, calls: Sequence[Call]) -> list[Reply]:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=PATIENCE) as http:
        return await asyncio.gather(*(_one(http, call) for call in calls))


async def _one(http: httpx.AsyncClient, call: Call) -> Reply:
    headers = {"Authorization": f"Bearer {call.key}", **call.headers}
    began = asyncio.get_running_loop().time()
    try:
        answer = await http.request(call.method, call.path, json=call.body, headers=headers)
        status, body, received = answer.status_code, answer.content, answer.headers
    except httpx.TimeoutException as error:
        raise AssertionError(f"{call.method} {call.path} hangs") from error
    except httpx.TransportError:
        status, body, received = 0, b"", httpx.Headers()
    return Reply(call, status, body, received, asyncio.get_running_loop().time() - began)
