"""Buckets in Valkey or Redis, one for all processes and machines."""

from pathlib import Path
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from clients.limits.breaker import Breaker
from clients.limits.buckets import ONE, Level
from clients.limits.policies import Policy

_TAKE = Path(__file__).with_name("take.lua").read_text()
# The longest that a request waits for an answer, and for a connection if it has none.
PATIENCE = 0.2
_CONNECTION: dict[str, Any] = {
    "socket_timeout": PATIENCE,
    "socket_connect_timeout": PATIENCE,
    # The breaker decides when to try again.
    "retry": Retry(NoBackoff(), 0),
    # Each would be a round trip more for a new connection.
    "protocol": 2,
    "driver_info": None,
}


class SharedBuckets:
    """One script, which the server runs whole: nobody comes between its look and its change."""

    def __init__(self, url: str, **options: Any) -> None:
        """As redis-py takes them. Raises ValueError or TypeError for what it doesn't; connects later."""
        pool = redis.ConnectionPool.from_url(url, **{**_CONNECTION, **options})
        # What is wrong with the options would show with the first request.
        pool.connection_class(**pool.connection_kwargs)
        self._take = redis.Redis(connection_pool=pool).register_script(_TAKE)
        self._breaker = Breaker()

    def take(self, name: str, policy: Policy) -> Level | None:
        if not self._breaker.lets_try():
            return None
        try:
            admitted, missing = self._take([f"rate:{name}"], [policy.per_second, policy.burst * ONE])
        except redis.RedisError as error:
            self._breaker.failed(error)
            return None
        self._breaker.succeeded()
        return Level(policy, bool(admitted), missing)
