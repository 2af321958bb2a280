"""Where a demo keeps its data and leaves what it made."""

import os
from dataclasses import dataclass
from pathlib import Path

from config.embedded import folders

HOME = folders.DEFAULT.parent / "demo"


@dataclass(frozen=True)
class Places:
    """`data` is a data folder like any other, so `run` can serve it; `made` takes what the demo leaves."""

    data: Path
    made: Path

    @classmethod
    def chosen(cls) -> "Places":
        """The folder that `--data` named, with what is made inside it; else var/demo for all."""
        named = os.environ.get(folders.VARIABLE)
        if not named:
            return cls(HOME / "data", HOME)
        data = Path(named).expanduser().resolve()
        return cls(data, data / "demo")

    @property
    def record(self) -> Path:
        return self.made / "demo.json"

    @property
    def result(self) -> Path:
        return self.made / "result.jpg"

    @property
    def sheet(self) -> Path:
        return self.made / "contact-sheet.png"


def shown(path: Path) -> str:
    """A path as one would type it from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
