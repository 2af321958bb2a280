"""The generated halves of the SDKs, made from `config/openapi.yaml` by generators of others."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.embedded import leash
from config.embedded.bootstrap import ROOT

OPENAPI = ROOT / "config" / "openapi.yaml"
PYTHON = ROOT / "sdks" / "python"
TYPESCRIPT = ROOT / "sdks" / "typescript"
# What the TypeScript generator asks for.
NODE = (20, 19)
_SHOWN = 3000


class SdkError(RuntimeError):
    """A generator is missing or failed; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Sdk:
    """One language: where its generated code stands, and how to write it into a new folder."""

    name: str
    generated: Path
    write: Callable[[Path], None]

    def renew(self) -> None:
        """Put newly generated code in the place of the old. Raises SdkError, and then changes nothing."""
        with tempfile.TemporaryDirectory(dir=ROOT / "sdks", prefix=".new-") as folder:
            made = Path(folder, self.generated.name)
            self.write(made)
            shutil.rmtree(self.generated, ignore_errors=True)
            made.rename(self.generated)

    def differences(self) -> list[str]:
        """The files that are not as they would be generated now. Raises SdkError."""
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder, self.generated.name)
            self.write(made)
            new, old = _texts(made), _texts(self.generated)
        return sorted(name for name in new.keys() | old.keys() if new.get(name) != old.get(name))


def install_typescript() -> None:
    """Install the generator and the compiler that package-lock.json names, if need be. Raises SdkError."""
    _check_node()
    lock, installed = TYPESCRIPT / "package-lock.json", TYPESCRIPT / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        _run(["npm", "ci", "--no-audit", "--no-fund"], TYPESCRIPT)


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _check_node() -> None:
    node, npm = shutil.which("node"), shutil.which("npm")
    asked = node and subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    said = asked.stdout.strip() if asked else "none"
    if npm is None or tuple(int(part) for part in re.findall(r"\d+", said)[:2]) < NODE:
        wanted = ".".join(map(str, NODE))
        raise SdkError(f"This needs Node {wanted} or newer, and npm (Debian: nodejs npm). Node here: {said}.")


def _write_python(folder: Path) -> None:
    binaries = Path(sys.executable).parent
    generator = str(binaries / "openapi-python-client")
    given = ["--path", str(OPENAPI), "--config", "generator.yaml", "--output-path", str(folder)]
    command = [generator, "generate", "--meta", "none", "--fail-on-warning", *given]
    # Its hooks look for ruff by name.
    _run(command, PYTHON, {"PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}"})
    shutil.rmtree(folder / ".ruff_cache", ignore_errors=True)


def _write_typescript(folder: Path) -> None:
    install_typescript()
    _run(["npm", "run", "--silent", "generate"], TYPESCRIPT, {"OPENAPI": str(OPENAPI), "OUTPUT": str(folder)})


def _run(command: Sequence[str], folder: Path, more: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(
        leash.command(command),
        cwd=folder,
        env={**os.environ, **(more or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip()[-_SHOWN:]
        raise SdkError(f"`{Path(command[0]).name} {command[1]}` failed:\n{said}")


def _texts(folder: Path) -> dict[str, str]:
    return dict(_read(folder)) if folder.exists() else {}


def _read(folder: Path) -> Iterator[tuple[str, str]]:
    for path in folder.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield str(path.relative_to(folder)), path.read_text()


ALL = (
    Sdk("Python", PYTHON / "src" / "image_workflow_gateway" / "_generated", _write_python),
    Sdk("TypeScript", TYPESCRIPT / "src" / "generated", _write_typescript),
)
