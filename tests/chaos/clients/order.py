"""What a client does with each of its orders: drawn from the seed and the order's number."""

from dataclasses import dataclass
from typing import Literal

from tests.chaos import drawn

Way = Literal[
    "plain", "unkeyed", "twice at once", "once more later", "other body later", "cancel", "cancel at deadline"
]
_WAYS: dict[Way, int] = {
    "plain": 62,
    "unkeyed": 5,
    "twice at once": 8,
    "once more later": 6,
    "other body later": 4,
    "cancel": 11,
    "cancel at deadline": 4,
}


@dataclass(frozen=True, slots=True)
class Order:
    """`caller` is the place of its client in the list; `seconds` is when what the way says comes."""

    number: int
    caller: int
    way: Way
    seconds: float

    @property
    def label(self) -> str:
        return f"order {self.number}"

    @property
    def key(self) -> str | None:
        return None if self.way == "unkeyed" else f"key-{self.number}"


def of(seed: int, number: int, callers: int) -> Order:
    dice = drawn.by(seed, "order", number)
    return Order(
        number=number,
        caller=dice.randrange(callers),
        way=dice.choices(list(_WAYS), list(_WAYS.values()))[0],
        seconds=dice.choice((0.0, 0.1, 0.5, 1.0, 2.0, 4.0)),
    )
