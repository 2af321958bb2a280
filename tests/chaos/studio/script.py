"""How the Studio of the storm treats each order and each call: drawn from the seed and the order's label."""

from dataclasses import dataclass
from typing import Literal

from tests.chaos import drawn

Kind = Literal[
    "good",
    "slow",
    "terminal",
    "retryable",
    "hopeless",
    "never",
    "late",
    "forgets",
    "contradicts",
    "lies",
    "replaces",
]
_KINDS: dict[Kind, int] = {
    "good": 53,
    "slow": 4,
    "terminal": 8,
    "retryable": 7,
    "hopeless": 3,
    "never": 4,
    "late": 5,
    "forgets": 4,
    "contradicts": 5,
    "lies": 4,
    # Delivers once more, another picture, after it has said SUCCESS.
    "replaces": 3,
}
_TERMINAL = ("subject_not_separable", "no_subject", "image_corrupt", "source_not_found", "too_heavy")
_RETRYABLE = ("worker_crashed", "storage_unavailable", "internal", "source_fetch_5xx", "a_code_of_tomorrow")
# How an answer can go wrong, after the call has had its effect or before.
MISCHIEF = {
    "silent": 2,
    "cut": 4,
    "500 before": 3,
    "500 after": 3,
    "truncated": 3,
    "html": 2,
    "huge": 2,
    "drip": 2,
    "another job": 3,
    "null": 2,
    # Of these one is enough to make the gateway wait with all other jobs too.
    "429": 1,
    "429 absurd": 1,
    "503": 1,
}


@dataclass(frozen=True, slots=True)
class Script:
    """What becomes of one order: `seconds` of work, `tries` that fail first, with `code`."""

    kind: Kind
    seconds: float
    tries: int
    code: str
    callbacks: Literal["sent", "doubled", "lost", "forged"]


def of(seed: int, label: str) -> Script:
    """What becomes of the order with this label; an order without one is treated well."""
    kind, _, told = label.partition(": ")
    dice = drawn.by(seed, "studio", told or label)
    chosen: Kind = dice.choices(list(_KINDS), list(_KINDS.values()))[0]
    if told:
        chosen = next(known for known in _KINDS if known == kind)
    return Script(
        kind=chosen,
        seconds=dice.uniform(5.0, 9.0) if chosen == "slow" else dice.expovariate(1.6) + 0.05,
        tries=dice.choice((1, 1, 2)),
        code=dice.choice(_TERMINAL if chosen == "terminal" else _RETRYABLE),
        callbacks=dice.choices(("sent", "doubled", "lost", "forged"), (60, 12, 18, 10))[0],
    )


def mischief(seed: int, call: str, often: float) -> str | None:
    """How the answer to one call goes wrong, if it does."""
    dice = drawn.by(seed, "answer", call)
    return dice.choices(list(MISCHIEF), list(MISCHIEF.values()))[0] if dice.random() < often else None
