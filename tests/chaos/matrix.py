"""The mutation matrix: the same storm with each layer taken away, with each left alone, and with none."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tests.chaos import layers, storm
from tests.chaos.layers import Layer
from tests.chaos.plan import Plan
from tests.chaos.rig import Rig

_LOUD = "an answer 500 "


@dataclass(frozen=True, slots=True)
class Row:
    """One storm; `refusals` counts how often each layer of the database refused something in it.

    `loud` counts answers 500: what a client sees where only the database refuses. It is no way for credits to
    go wrong, and stands apart from `violations`.
    """

    title: str
    jobs: int
    kills: int
    refusals: dict[str, int]
    loud: int
    violations: list[str]
    may_be_broken: bool

    @property
    def is_as_expected(self) -> bool:
        return bool(self.violations) == self.may_be_broken


def run(asked: Plan, say: Callable[[str], None]) -> list[Row]:
    """Every storm of the matrix, one after the other."""
    return [_storm(asked, title, gone, say) for title, gone in _rows()]


def _rows() -> Iterator[tuple[str, tuple[Layer, ...]]]:
    yield "nothing is taken away", ()
    for layer in layers.ALL:
        yield f"without the {layer.name}", (layer,)
    for layer in layers.ALL:
        yield f"with the {layer.name} alone", tuple(other for other in layers.ALL if other is not layer)
    yield "without all four", layers.ALL


def without(asked: Plan, gone: tuple[Layer, ...]) -> Plan:
    """The plan of a run from which these layers are taken away."""
    preload = tuple(layer.preload for layer in gone if layer.preload)
    return replace(asked, sql="".join(layer.sql for layer in gone), preload=preload)


def _storm(asked: Plan, title: str, gone: tuple[Layer, ...], say: Callable[[str], None]) -> Row:
    say(f"{title}:")
    outcome, rig = storm.run(without(asked, gone), say)
    wrong = [violation for violation in outcome.violations if not violation.startswith(_LOUD)]
    row = Row(
        title,
        sum(outcome.jobs.values()),
        sum(outcome.kills.values()),
        _refusals(rig),
        len(outcome.violations) - len(wrong),
        wrong,
        may_be_broken=gone == layers.ALL,
    )
    say(f"{title}: {len(row.violations)} violations, refusals {row.refusals}")
    if row.is_as_expected:
        rig.remove()
    return row


def _refusals(rig: Rig) -> dict[str, int]:
    log = rig.postgres.log.read_text(errors="replace")
    errors = [line for line in log.splitlines() if "ERROR:" in line]
    return {
        layer.name: sum(layer.refusal in line for line in errors) for layer in layers.ALL if layer.refusal
    }


def as_json(rows: list[Row]) -> str:
    shown = [
        {"layers": row.title, "jobs": row.jobs, "kills": row.kills, "refusals": row.refusals}
        | {"answers_500": row.loud, "violations": row.violations, "as_expected": row.is_as_expected}
        for row in rows
    ]
    return json.dumps(shown, indent=1)


def as_text(rows: list[Row]) -> str:
    """A table in Markdown, as `docs/reliability.md` shows it."""
    refusing = [layer.name for layer in layers.ALL if layer.refusal]
    head = [
        "layers",
        "jobs",
        "kills",
        *(f"refused by the {name}" for name in refusing),
        "answers 500",
        "violations",
    ]
    lines = [head, ["---"] * len(head)]
    for row in rows:
        refused = [str(row.refusals[name]) for name in refusing]
        lines.append(
            [row.title, str(row.jobs), str(row.kills), *refused, str(row.loud), str(len(row.violations))]
        )
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
