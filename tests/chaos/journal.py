"""Append-only journals of JSON lines: what each process of the storm saw and did, whatever becomes of it."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Line = dict[str, Any]


class Journal:
    """One write for each line: processes that share a file, or die, leave no half line between others."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def write(self, what: str, **fields: Any) -> None:
        """Down on disk when this returns."""
        line = json.dumps({"what": what, "at": round(time.time(), 3), **fields}) + "\n"
        os.write(self._file, line.encode())
        os.fsync(self._file)


class Tail:
    """Reads what has been appended since the last look."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at = 0
        self._rest = b""

    def __call__(self) -> Iterator[Line]:
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(self._at)
            content = self._rest + file.read()
            self._at = file.tell()
        *lines, self._rest = content.split(b"\n")
        yield from map(json.loads, lines)


def read(path: Path) -> list[Line]:
    """Every whole line of a journal; none if it was never begun."""
    return list(Tail(path)())
