"""Programs outside of ours: run, compiled and checked as whoever installed an SDK does it."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from config import sdks

_COMPILE = (
    *("--strict", "--module", "nodenext", "--target", "es2022", "--lib", "es2023,dom,dom.iterable"),
    *("--types", "node", "--typeRoots", str(sdks.TYPESCRIPT / "node_modules" / "@types")),
)


def run(command: Sequence[str | Path], folder: Path, environment: Mapping[str, str] | None = None) -> str:
    """What a program said; fails with it if it ends badly."""
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def compile_typescript(*sources: Path) -> None:
    """Strictly, the declarations of the installed SDK included; beside the sources."""
    run([sdks.TYPESCRIPT / "node_modules" / ".bin" / "tsc", *_COMPILE, *sources], sources[0].parent)


def check_types(python: Path, *programs: Path) -> None:
    """By mypy, strictly, with what that interpreter has installed."""
    mypy = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir=/dev/null"]
    run([*mypy, "--python-executable", python, *programs], programs[0].parent)
