"""Buckets in Valkey or Redis, one for all processes and machines."""

from pathlib import Path
from typing import Any

import redis

from clients.limits.breaker import Breaker
from clients.limits.buckets import ONE, Level
from clients.limits.policies import Policy

_TAKE = Path(__file__).with_name("take.lua").read_text()
# The longest that a request waits for an answer, and for a connection if it has none. It tries once.
PATIENCE = 0.2
_CONNECTION: dict[str, Any] = {
    "socket_timeout": PATIENCE,
    "socket_connect_timeout": PATIENCE,
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
        self._script = redis.Redis(connection_pool=pool).register_script(_TAKE)
        patience = float(pool.connection_kwargs["socket_timeout"])
        self._breaker = Breaker(lambda: self._ask("nobody", Policy(1, 1)), haste=patience / 4)

    def take(self, name: str, policy: Policy) -> Level | None:
        if not self._breaker.lets_ask():
            return None
        failure: redis.RedisError | None = None
        try:
            return self._ask(name, policy)
        except redis.RedisError as error:
            failure = error
            return None
        finally:
            # Whatever ended it: one who never left would seem to wait for ever.
            self._breaker.heard(failure)

    def _ask(self, name: str, policy: Policy) -> Level:
        admitted, missing = self._script([f"rate:{name}"], [policy.per_second, policy.burst * ONE])
        return Level(policy, bool(admitted), missing)
