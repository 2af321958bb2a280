"""Small files, small functions: what a person can hold in the head."""

import ast
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.lint import sources


@dataclass(frozen=True, slots=True)
class Limits:
    """Lines: of the middle one, of nine in ten, of each."""

    median: int
    ninth_decile: int
    most: int


FUNCTION = Limits(median=10, ninth_decile=30, most=60)
FILE = Limits(median=100, ninth_decile=220, most=320)


@dataclass(frozen=True, slots=True)
class Sized:
    name: str
    lines: int


def problems() -> list[str]:
    files, functions = measure()
    return [*_over("function", functions, FUNCTION), *_over("file", files, FILE)]


def summary() -> str:
    files, functions = measure()
    return f"files {_spread(files)}; functions {_spread(functions)} lines"


def measure() -> tuple[list[Sized], list[Sized]]:
    """Every file and every function that people wrote, with its lines."""
    files: list[Sized] = []
    functions: list[Sized] = []
    for path in sources.files(".py"):
        text = path.read_text()
        files.append(Sized(sources.shown(path), len(text.splitlines())))
        functions += _functions(path, text)
    return files, functions


def _functions(path: Path, text: str) -> Iterator[Sized]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            yield Sized(f"{sources.shown(path)}:{node.lineno} {node.name}", lines)


def _over(kind: str, sized: Sequence[Sized], limits: Limits) -> Iterator[str]:
    for one in sized:
        if one.lines > limits.most:
            yield f"{one.name}: {one.lines} lines; a {kind} has at most {limits.most}"
    median, ninth_decile, _ = _figures(sized)
    if median > limits.median:
        yield f"the middle {kind} has {median} lines; at most {limits.median} are meant"
    if ninth_decile > limits.ninth_decile:
        yield f"a tenth of the {kind}s has over {ninth_decile} lines; {limits.ninth_decile} are meant"


def _figures(sized: Sequence[Sized]) -> tuple[int, int, int]:
    lines = sorted(one.lines for one in sized)
    return round(statistics.median(lines)), lines[len(lines) * 9 // 10], lines[-1]


def _spread(sized: Sequence[Sized]) -> str:
    median, ninth_decile, most = _figures(sized)
    return f"{len(sized)} of median {median}, p90 {ninth_decile}, most {most}"
