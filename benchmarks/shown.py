"""Results as a table for people, and as one JSON object for programs."""

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version

from benchmarks.frame import Figure, Result


def as_text(name: str, result: Result) -> str:
    """Ratios first: they say something on another machine as well."""
    rows = [("", "median", "least – most", "")]
    rows += [(f"{label} (ratio)", *_cells(figure)) for label, figure in result.ratios.items()]
    rows += [(label, *_cells(figure)) for label, figure in result.figures.items()]
    width = max(len(row[0]) for row in rows)
    lines = [f"{row[0]:<{width}}  {row[1]:>10}  {row[2]:>17}  {row[3]}".rstrip() for row in rows]
    return "\n".join([f"{name}: {result.running}", *lines])


def _cells(figure: Figure) -> tuple[str, str, str]:
    spread = f"{_number(min(figure.values))} – {_number(max(figure.values))}"
    note = figure.unit
    if figure.at_most is not None:
        note = f"{'within' if figure.median <= figure.at_most else 'ABOVE'} {figure.at_most:.2f}"
    return _number(figure.median), spread, note


def _number(value: float) -> str:
    return f"{value:.2f}" if value < 100 else f"{value:,.0f}"


def as_json(results: Mapping[str, Result]) -> str:
    """`ratios`: the medians of all, by `benchmark.ratio`; the rest stands under `benchmarks`."""
    ratios = {
        f"{name}.{label}": round(figure.median, 3)
        for name, result in results.items()
        for label, figure in result.ratios.items()
    }
    machine = {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()}
    report = {
        "ratios": ratios,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {**machine, "django": version("django")},
        "benchmarks": {name: _plain(result) for name, result in results.items()},
    }
    return json.dumps(report, indent=2, ensure_ascii=False)


def _plain(result: Result) -> dict[str, object]:
    return {
        "running": result.running,
        "ratios": {label: _with_median(figure) for label, figure in result.ratios.items()},
        "figures": {label: _with_median(figure) for label, figure in result.figures.items()},
    }


def _with_median(figure: Figure) -> dict[str, object]:
    known = {name: value for name, value in asdict(figure).items() if value not in (None, "")}
    return {**known, "median": figure.median}
