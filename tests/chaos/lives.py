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
# Seconds on average, and passings of a crash point. What a dead worker has in hand waits for its lease to
# end, and the callers of a dead web worker ask again: too many deaths leave little work to be hit. Each round
# of a scheduler passes most of its points, the more often the more there is to ring: one that never gets
# through a round rings for nobody, and all jobs run into their deadlines.
_LIFE = {"web": 5.0, "worker": 6.5, "scheduler": 6.0}
_PASSINGS = {"web": (1, 2, 3, 5, 8), "worker": (1, 1, 2, 3), "scheduler": (1, 3, 10, 30, 60)}


def of(seed: int, process: str, role: points.Role, generation: int) -> Life:
    """The life of one generation of a process in the storm."""
    dice = drawn.by(seed, "life", process, generation)
    own = [point for point in points.ALL if point.role == role]
    (end,) = dice.choices(_ENDS, (82, 13, 0 if role == "web" else 5))
    point = dice.choice(own) if dice.random() < 0.75 else None
    return Life(
        # Who is to die at a line gets the time to come by.
        seconds=_LIFE[role] * (dice.uniform(0.7, 2.5) if point else dice.uniform(0.05, 1.0)),
        end=end,
        point=point,
        passing=dice.choice(_PASSINGS[role]),
        clock=dice.choice((-_HOUR, _HOUR)) if role == "worker" and dice.random() < 0.06 else 0.0,
    )


def of_master(seed: int, process: str, generation: int) -> Life:
    """The life of one generation of the master of the web workers: longer, and no point of its own."""
    dice = drawn.by(seed, "life", process, generation)
    return Life(seconds=dice.uniform(15.0, 60.0), end=dice.choice(("kill", "term")))
