"""The linters: other people's programs for Node, installed once for each state of their lock file."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.embedded.bootstrap import ROOT

HERE = Path(__file__).parent
DOCUMENT = ROOT / "config" / "openapi.yaml"
_LOCKED = ("package.json", "package-lock.json", ".npmrc")
# They ask nobody: no telemetry, no look for newer versions, and no way out if they tried.
_QUIET = {
    "REDOCLY_TELEMETRY": "off",
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
    "NO_UPDATE_NOTIFIER": "1",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
}


@dataclass(frozen=True)
class Linters:
    folder: Path

    def redocly(self, document: Path) -> list[str]:
        """What it complains about; empty if it is content."""
        return self._run("redocly", "lint", str(document), f"--config={HERE / 'redocly.yaml'}")

    def spectral(self, document: Path) -> list[str]:
        return self._run(
            "spectral", "lint", str(document), f"--ruleset={HERE / 'spectral.yaml'}", "--fail-severity=warn"
        )

    def _run(self, program: str, *arguments: str) -> list[str]:
        words: Sequence[str] = [str(self.folder / "node_modules" / ".bin" / program), *arguments]
        done = subprocess.run(
            words, env={**os.environ, **_QUIET}, capture_output=True, text=True, check=False, timeout=120
        )
        return [] if done.returncode == 0 else (done.stdout + done.stderr).splitlines()


@pytest.fixture(scope="session")
def linters() -> Linters:
    locked = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in _LOCKED)).hexdigest()[:16]
    folder = ROOT / "var" / "linters" / locked
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _install(folder)
    return Linters(folder)


def _node() -> tuple[int, int]:
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    major, minor, _ = said.removeprefix("v").split(".", 2)
    return int(major), int(minor)


def _install(folder: Path) -> None:
    """Whole or not at all: a folder that is there is complete."""
    if shutil.which("npm") is None or _node() < (20, 19):
        pytest.fail(
            "These tests need Node 20.19 or newer with npm, as Debian 13's packages nodejs and npm are."
        )
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        place = Path(name, "whole")
        place.mkdir()
        for locked in _LOCKED:
            shutil.copy(HERE / locked, place)
        words = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(words, cwd=place, check=True, timeout=300)
        place.rename(folder)
