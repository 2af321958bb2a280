"""The files that the checks look at: what people wrote, without what is generated or installed."""

from collections.abc import Iterator
from pathlib import Path

from config.embedded.bootstrap import ROOT

_NOT_OURS = {"_generated", "migrations", "node_modules", "staticfiles", "var"}


def files(suffix: str) -> Iterator[Path]:
    """Files of the project by their suffix, folders in order; folders that begin with a dot are left out."""
    return _below(ROOT, suffix)


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _below(folder: Path, suffix: str) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if path.name not in _NOT_OURS and not path.name.startswith("."):
                yield from _below(path, suffix)
        elif path.suffix == suffix:
            yield path
