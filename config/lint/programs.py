"""Other people's checks, run as programs."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from config.embedded import leash
from config.embedded.bootstrap import ROOT

_SHOWN = 12_000


def module(name: str, *arguments: str, environment: Mapping[str, str] | None = None) -> list[str]:
    """What `python -m name` complained about; empty if it was content."""
    return _run([sys.executable, "-m", name, *arguments], environment)


def script(name: str, *arguments: str) -> list[str]:
    """The same for a program that lies beside our Python."""
    return _run([str(Path(sys.executable).with_name(name)), *arguments], None)


def command(*arguments: str, environment: Mapping[str, str]) -> list[str]:
    """The same for one of the project's own commands."""
    return _run([sys.executable, str(ROOT / "manage.py"), *arguments], environment)


def _run(words: Sequence[str], environment: Mapping[str, str] | None) -> list[str]:
    done = subprocess.run(
        leash.command(words), cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return []
    said = (done.stdout + done.stderr).strip()[-_SHOWN:]
    return said.splitlines() or [f"ended with code {done.returncode}, without a word"]
