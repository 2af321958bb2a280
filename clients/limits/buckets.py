"""Buckets, kept by what is missing from them: one that nobody knows is full, a new policy holds at once."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from clients.limits.policies import Policy

# What is missing is counted in millionths of a request, time in microseconds: whole numbers, nothing rounds.
ONE = 1_000_000
_SWEEP_AT = 10_000


@dataclass(frozen=True, slots=True)
class Level:
    """How a bucket stands once a request has been let in or refused."""

    policy: Policy
    admitted: bool
    missing: int

    @property
    def remaining(self) -> int:
        """Requests that may come at once."""
        return max(0, self.policy.burst * ONE - self.missing) // ONE

    @property
    def seconds_to_next(self) -> int:
        """Until one more may come, at least 1: less than a whole second can't be said in a header."""
        wait = self.missing - (self.policy.burst - 1) * ONE
        return max(1, -(-wait // (self.policy.per_second * ONE)))

    @property
    def seconds_to_full(self) -> int:
        return -(-self.missing // (self.policy.per_second * ONE))


class Buckets(Protocol):
    """Where the buckets are."""

    def take(self, name: str, policy: Policy) -> Level | None:
        """Take one request from a bucket, if it holds one. None: nobody can tell, and the request goes on."""


@dataclass(slots=True)
class _Bucket:
    missing: int
    at: int
    full_at: int


class OwnBuckets:
    """In this process alone, where no cache is shared: each process then grants the whole limit."""

    def __init__(self, clock: Callable[[], int] = time.monotonic_ns) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[str, _Bucket] = {}

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, name: str, policy: Policy) -> Level:
        with self._lock:
            now = self._clock() // 1000
            missing = self._missing(name, policy, now)
            admitted = missing + ONE <= policy.burst * ONE
            if admitted:
                missing += ONE
            self._buckets[name] = _Bucket(missing, now, now + missing // policy.per_second)
            if len(self._buckets) > _SWEEP_AT:
                self._forget_full(now)
        return Level(policy, admitted, missing)

    def _missing(self, name: str, policy: Policy, now: int) -> int:
        bucket = self._buckets.get(name)
        if bucket is None:
            return 0
        come_back = (now - bucket.at) * policy.per_second
        return min(policy.burst * ONE, max(0, bucket.missing - come_back))

    def _forget_full(self, now: int) -> None:
        self._buckets = {name: bucket for name, bucket in self._buckets.items() if bucket.full_at > now}
