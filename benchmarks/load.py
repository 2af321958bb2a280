"""Requests over connections that are kept alive, each sent when the one before has its answer."""

import http.client
import itertools
import math
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from benchmarks.frame import Failed

_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Caller:
    """One client of the gateway: its headers, and the body that it sends each time."""

    headers: Mapping[str, str]
    body: bytes


def post(url: str, callers: Sequence[Caller], times: int, connections: int, expected: int) -> list[float]:
    """Seconds of each of so many POSTs. Raises Failed at another answer than the expected."""
    turns = itertools.cycle(callers)
    with ThreadPoolExecutor(connections) as pool:
        share = [len(range(number, times, connections)) for number in range(connections)]
        asked = [pool.submit(_post, url, next(turns), many, expected) for many in share]
        return [seconds for each in asked for seconds in each.result()]


def _post(url: str, caller: Caller, times: int, expected: int) -> list[float]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=_SECONDS)
    headers = {"Content-Type": "application/json", **caller.headers}
    taken: list[float] = []
    try:
        for _ in range(times):
            began = time.perf_counter()
            connection.request("POST", parts.path, caller.body, headers)
            answer = connection.getresponse()
            content = answer.read()
            taken.append(time.perf_counter() - began)
            if answer.status != expected:
                raise Failed(f"{parts.path} answered {answer.status}: {content[:300]!r}")
    except (OSError, http.client.HTTPException) as error:
        raise Failed(f"{parts.path} did not answer: {error!r}") from error
    finally:
        connection.close()
    return taken


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that at least this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
