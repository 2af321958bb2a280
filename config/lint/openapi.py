"""The committed API description is the one that the code makes, and is made without a warning."""

import difflib
import tempfile
from collections.abc import Mapping
from pathlib import Path

from config.embedded.bootstrap import ROOT
from config.lint import programs

COMMITTED = ROOT / "config" / "openapi.yaml"
_SHOWN = 60


def problems(environment: Mapping[str, str]) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, "openapi.yaml")
        complaints = _make(made, environment)
        if complaints:
            return complaints
        return _differences(made.read_text())


def rewrite(environment: Mapping[str, str]) -> list[str]:
    """Write the committed file anew; what went wrong, if it did."""
    return _make(COMMITTED, environment)


def _make(path: Path, environment: Mapping[str, str]) -> list[str]:
    return programs.command(
        "spectacular", "--validate", "--fail-on-warn", "--file", str(path), environment=environment
    )


def _differences(made: str) -> list[str]:
    committed = COMMITTED.read_text() if COMMITTED.exists() else ""
    if made == committed:
        return []
    lines = difflib.unified_diff(
        committed.splitlines(), made.splitlines(), "committed", "made now", lineterm="", n=1
    )
    return ["config/openapi.yaml is not current; `manage.py lint --fix` writes it.", *list(lines)[:_SHOWN]]
