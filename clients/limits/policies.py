"""How much a client may ask for with each of its API keys."""

from dataclasses import dataclass

from django.conf import settings

from clients.models import Client


@dataclass(frozen=True, slots=True)
class Policy:
    """A token bucket: `burst` requests at once, and `per_second` more in each second, up to `burst` again."""

    per_second: int
    burst: int

    @property
    def window(self) -> int:
        """Seconds until an empty bucket is full."""
        return -(-self.burst // self.per_second)


def of(client: Client) -> Policy | None:
    """What staff set for a client, else the settings'; None: no limit."""
    per_second, burst = client.rate_limit_per_second, client.rate_limit_burst
    if per_second is None:
        per_second = settings.RATE_LIMIT_PER_SECOND
    if burst is None:
        burst = settings.RATE_LIMIT_BURST
    return Policy(per_second, burst) if per_second else None
