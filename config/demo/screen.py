"""What the demo shows on standard output: steps with their time, curl lines, answers, tables."""

import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

BOLD, DIM, RED, GREEN, YELLOW, CYAN = "1", "2", "31", "32", "33", "36"
INDENT = "   "
# Signed links are five lines long on a usual terminal; demo.json has them whole.
LONGEST_STRING = 76
LONGEST_LINE = 96


class Screen:
    """Writes to `out`: coloured on a terminal (unless NO_COLOR is set), plain elsewhere."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        terminal = out.isatty() and os.environ.get("TERM") != "dumb"
        self._coloured = terminal and not os.environ.get("NO_COLOR")
        self.seconds: dict[str, float] = {}

    def line(self, text: str = "", *styles: str) -> None:
        self._write(INDENT + self._styled(text, *styles) if text else "")

    def title(self, text: str, below: str) -> None:
        self._write("\n" + self._styled(text, BOLD))
        self._write(self._styled(below, DIM))

    def headline(self, text: str) -> None:
        self._write("\n" + self._styled(text, BOLD, CYAN))

    @contextmanager
    def step(self, name: str, text: str) -> Iterator[None]:
        """A numbered headline, and below what is shown meanwhile the time it took, kept under `name`."""
        self.headline(f"{len(self.seconds) + 1}. {text}")
        started = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - started, 2)
        self.line(f"done in {self.seconds[name]:.1f} s", DIM)

    def command(self, text: str) -> None:
        first, *rest = text.splitlines()
        self._write(INDENT + self._styled("$ ", GREEN, BOLD) + self._styled(first, GREEN))
        for more in rest:
            self._write(INDENT + "  " + self._styled(more, GREEN))

    def answer(self, status: str, headers: Mapping[str, str], body: Any, *, good: bool = True) -> None:
        self.line(status, BOLD, GREEN if good else RED)
        for name, value in headers.items():
            self.line(f"{self._styled(f'{name}:', DIM)} {value}")
        if body is not None:
            self.json(body)

    def json(self, value: Any) -> None:
        """On one line if it is short, as the gateway sends it; else indented and with long strings cut."""
        short = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        if len(short) <= LONGEST_LINE:
            self.line(short)
            return
        for text in json.dumps(_shortened(value), indent=2, ensure_ascii=False).splitlines():
            self.line(text)

    def facts(self, facts: Mapping[str, object]) -> None:
        width = max(map(len, facts))
        for name, value in facts.items():
            self.line(f"{self._styled(f'{name:<{width}}', DIM)}  {value}")

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Columns whose heading begins with a space are set to the right."""
        cells = [[heading.strip() for heading in headings], *rows]
        widths = [max(len(row[column]) for row in cells) for column in range(len(headings))]
        for number, row in enumerate(cells):
            padded = [
                cell.rjust(width) if heading.startswith(" ") else cell.ljust(width)
                for heading, cell, width in zip(headings, row, widths, strict=True)
            ]
            self.line("  ".join(padded).rstrip(), *([DIM] if number == 0 else []))

    def _write(self, text: str) -> None:
        self._out.write(text + "\n")
        self._out.flush()

    def _styled(self, text: str, *styles: str) -> str:
        if not styles or not self._coloured:
            return text
        return f"\x1b[{';'.join(styles)}m{text}\x1b[0m"


def _shortened(value: Any) -> Any:
    """The same with long strings cut."""
    if isinstance(value, dict):
        return {name: _shortened(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_shortened(inner) for inner in value]
    if isinstance(value, str) and len(value) > LONGEST_STRING:
        return value[: LONGEST_STRING - 1] + "…"
    return value
