"""What a run of the storm is asked for, and how long things take in it."""

from dataclasses import dataclass
from typing import Literal

Broker = Literal["valkey", "rabbitmq"]

# Short, so that every kind of end is seen within a minute; the lease stays longer than a call to Studio.
LEASE = 16
RING_AGAIN = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """One run: `rate` in jobs a second, `mischief` the share of Studio's answers that are spoilt, `deadline`
    what a job has, in seconds; without a storm nobody is killed and nothing fails but Studio.

    `sql` is run by the database's owner once it is prepared; `preload` names modules that the gateway's
    processes import before they begin: both are for whoever takes a layer away.
    """

    seed: int
    jobs: int = 200
    rate: float = 9.0
    broker: Broker = "valkey"
    mischief: float = 0.08
    deadline: int = 40
    stormy: bool = True
    sql: str = ""
    preload: tuple[str, ...] = ()


# Live credits of each client; the third spends its last ones, the fourth works in test mode.
CLIENTS = (
    ("Ash", "live", 1_000_000),
    ("Birch", "live", 1_000_000),
    ("Cedar", "live", 60),
    ("Dogwood", "test", 500_000),
)
