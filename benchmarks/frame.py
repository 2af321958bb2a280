"""What a benchmark is asked, what it answers with, and how its passes become figures."""

import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field


class Failed(RuntimeError):
    """What was to be measured did not happen; the text says what did."""


@dataclass(frozen=True, slots=True)
class Order:
    """How large, how often, and where to say how far it is."""

    size: int
    passes: int
    say: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that was measured in each pass. `at_most` is a promise that is shown beside it."""

    unit: str
    values: tuple[float, ...]
    at_most: float | None = None

    @property
    def median(self) -> float:
        return statistics.median(self.values)


@dataclass
class Result:
    """`running`: what was up on the machine, and on how many things it worked."""

    running: str
    figures: dict[str, Figure] = field(default_factory=dict)
    ratios: dict[str, Figure] = field(default_factory=dict)

    def measured(self, name: str, unit: str, values: Iterable[float]) -> None:
        self.figures[name] = Figure(unit, tuple(values))

    def compare(self, name: str, figure: str, base: str, at_most: float | None = None) -> None:
        """A ratio in each pass, where both were measured within the same minute."""
        pairs = zip(self.figures[figure].values, self.figures[base].values, strict=True)
        self.ratios[name] = Figure("", tuple(over / under for over, under in pairs), at_most)


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A module of `benchmarks/cases`: its docstring, its `SIZE`, what that counts, `PASSES`, and `run`."""

    name: str
    about: str
    size: int
    counts: str
    passes: int
    run: Callable[[Order], Result]
