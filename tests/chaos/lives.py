"""How long each generation of a process lives, and how it ends: drawn from the seed and its name."""

from dataclasses import dataclass
from typing import Literal

from tests.chaos import drawn, points

End = Literal["kill", "term", "pause"]
_ENDS: tuple[End, ...] = ("kill", "term", "pause")
_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Life:
    """`point` at its nth `passing` ends it, else the end that stands here, after so many `seconds`.

    `clock` is how many seconds its own clock goes wrong.
    """

    seconds: float
    end: End
    point: points.Point | None = None
    passing: int = 1
    clock: float = 0.0


QUIET = Life(seconds=float("inf"), end="term")


def of(seed: int, process: str, role: points.Role, generation: int) -> Life:
    """The life of one generation of a process in the storm."""
    dice = drawn.by(seed, "life", process, generation)
    own = [point for point in points.ALL if point.role == role]
    point = dice.choice(own) if dice.random() < 0.8 else None
    (end,) = dice.choices(_ENDS, (82, 13, 0 if role == "web" else 5))
    # Who is to die at a line gets the time to come by.
    seconds = dice.uniform(2.0, 7.0) if point else dice.expovariate(0.7) + 0.3
    return Life(
        # What a dead worker had in hand waits for the end of its lease: many deaths leave little to settle.
        seconds=seconds * 1.5 if role == "worker" else seconds,
        end=end,
        point=point,
        passing=dice.choice((1, 1, 1, 2, 3)),
        clock=dice.choice((-_HOUR, _HOUR)) if role == "worker" and dice.random() < 0.06 else 0.0,
    )


def of_master(seed: int, process: str, generation: int) -> Life:
    """The life of one generation of the master of the web workers: longer, and no point of its own."""
    dice = drawn.by(seed, "life", process, generation)
    return Life(seconds=dice.uniform(12.0, 40.0), end=dice.choice(("kill", "term")))
