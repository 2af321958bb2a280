"""The project's own environment: made on first use from the lock file, then entered.

Standard library only: nothing is installed yet when this runs.
"""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# Set to 0 where packages, settings and servers are somebody else's work: manage.py is then plain Django's.
SWITCH = "GATEWAY_EMBEDDED"
UV = "uv>=0.13,<1"
# Tests that need packages of their own, and run only when named.
_OF_FOLDERS = {
    "tests/browser": "--group=browser",
    "tests/fuzz": "--group=contract",
    "tests/sdk": "--group=sdk",
}

_started = time.monotonic()


def enter_environment(arguments: Sequence[str]) -> None:
    """Return inside the project's environment, with what this command needs installed.

    Outside it, the process is replaced by the same command in it. Exits with a clear sentence if that fails.
    """
    if os.environ.get(SWITCH) == "0":
        return
    ours, wanted = Environment(ROOT), needs(arguments)
    if ours.has(wanted):
        if Path(sys.prefix).resolve() == ours.folder.resolve():
            return
    else:
        try:
            ours.install(wanted)
        except OSError as error:
            sys.exit(f"Cannot make {ours.folder}: {error}. To use packages of your own, set {SWITCH}=0.")
    os.execv(ours.python, [str(ours.python), str(ROOT / "manage.py"), *arguments])


def needs(arguments: Sequence[str]) -> set[str]:
    """The extras and groups of pyproject.toml that a command uses, as uv's own options."""
    common = {"--extra=embedded", "--extra=studio"}
    command = command_in(arguments)
    if command == "lint":
        return common | {"--group=test", "--group=lint"} | set(_OF_FOLDERS.values())
    if command == "chaos":
        return common | {"--group=test"}
    if command == "sdk":
        return common | {"--group=sdk"}
    if command == "test":
        named = {
            group
            for folder, group in _OF_FOLDERS.items()
            if any(folder in argument for argument in arguments)
        }
        return common | {"--group=test"} | named
    return common


def command_in(arguments: Sequence[str]) -> str:
    """The first word that is neither an option nor the folder after `--data`; empty if there is none."""
    words = [word for before, word in zip(["", *arguments], arguments, strict=False) if before != "--data"]
    return next((word for word in words if not word.startswith("-")), "")


class Environment:
    """The virtual environment of a copy of the project, and the stamp that says what is in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / "bin" / "python"
        self.stamp = self.folder / "installed.json"

    def has(self, wanted: set[str]) -> bool:
        """Whether the last complete installation was of this lock, this Python, and at least these extras."""
        of, installed = self._read_stamp()
        whole = self.python.exists() and (self.folder / "pyvenv.cfg").exists()
        return whole and of == self._fingerprint() and wanted <= installed

    def install(self, wanted: set[str]) -> None:
        """Install what is wanted, beside what is there. One process at a time; the others wait, and find it.

        Exits with the installers' own words if none succeeds. Raises OSError if it can't write the folder.
        """
        with self._only_one():
            if self.has(wanted):
                return
            everything = wanted | self._read_stamp()[1]
            self.stamp.unlink(missing_ok=True)
            if not self._runs():
                self._make()
            if not (
                self._by_installed_uv(everything) or self._by_own_uv(everything) or self._by_pip(everything)
            ):
                sys.exit(
                    f"The packages could not be installed, as said above. Remove {self.folder} to begin anew."
                )
            self.note(everything)
            _say("Environment ready")

    def note(self, installed: set[str]) -> None:
        """Stamp the environment: it holds these extras of the present lock, whole."""
        self.stamp.write_text(json.dumps({"of": self._fingerprint(), "with": sorted(installed)}))

    def _fingerprint(self) -> str:
        version = ".".join(map(str, sys.version_info[:2]))
        files = [(self.root / name).read_bytes() for name in ("uv.lock", "pyproject.toml")]
        return hashlib.sha256(b"\0".join([*files, version.encode()])).hexdigest()

    def _read_stamp(self) -> tuple[str, set[str]]:
        """What the installation is of, and with which extras; nothing of nothing if none was completed."""
        try:
            stamp = json.loads(self.stamp.read_text())
            return str(stamp["of"]), set(stamp["with"])
        except (OSError, ValueError, KeyError, TypeError):
            return "", set()

    @contextmanager
    def _only_one(self) -> Iterator[None]:
        (self.root / "var").mkdir(exist_ok=True)
        with (self.root / "var" / "environment.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                _say("Waiting for another command that is making the environment")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _runs(self) -> bool:
        """Whether the environment's interpreter works and is of the version that we are."""
        asked = [str(self.python), "-c", "import sys; print(*sys.version_info[:2])"]
        try:
            said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.split()
        except OSError:
            return False
        return said == [str(part) for part in sys.version_info[:2]]

    def _make(self) -> None:
        _say(f"Making {self.folder.name} with Python {sys.version.split()[0]}")
        # A pip of its own takes seconds, and Debian's Python has none to give.
        if not self._succeeds([sys.executable, "-m", "venv", "--clear", "--without-pip", str(self.folder)]):
            sys.exit(
                "Python's venv module does not work here: install it (Debian: python3-venv), or install uv."
            )

    def _by_installed_uv(self, wanted: set[str]) -> bool:
        return self._succeeds(["uv", "--version"], quiet=True) and self._sync("uv", wanted)

    def _by_own_uv(self, wanted: set[str]) -> bool:
        """uv from the package index, put into the environment by whichever pip there is."""
        own = self.folder / "bin" / "uv"
        if not own.exists():
            _say("Installing uv")
            self._pip(["install", "--quiet", UV])
        return own.exists() and self._sync(str(own), wanted)

    def _by_pip(self, wanted: set[str]) -> bool:
        """The exported requirements: slower, but whoever can reach an index with pip can install."""
        _say("Installing packages with pip")
        groups = [option.removeprefix("--group=") for option in sorted(wanted) if "group" in option]
        files = [f"--requirement={self.root / 'requirements' / name}.txt" for name in ["run", *groups]]
        return self._pip(["install", "--quiet", "--require-hashes", *files])

    def _sync(self, uv: str, wanted: set[str]) -> bool:
        _say("Installing packages")
        command = [uv, "sync", "--quiet", "--frozen", "--inexact", "--no-default-groups"]
        # Now, since Python may be told not to write it later: every start would then compile all anew.
        command.append("--compile-bytecode")
        # The system's certificates, as pip takes them: a company's proxy signs with its own.
        settings = {
            "UV_PROJECT_ENVIRONMENT": str(self.folder),
            "UV_PYTHON_DOWNLOADS": "never",
            "UV_SYSTEM_CERTS": "true",
        }
        return self._succeeds([*command, "--python", str(self.python), *sorted(wanted)], settings)

    def _pip(self, arguments: Sequence[str]) -> bool:
        """The base Python's pip pointed at the environment, else one in it, made by ensurepip if need be."""
        common = ["--disable-pip-version-check", "--no-input"]
        base = [str(Path(sys.base_prefix, "bin", "python3")), "-m", "pip"]
        if self._succeeds([*base, "--version"], quiet=True):
            return self._succeeds([*base, *common, "--python", str(self.python), *arguments])
        inside = [str(self.python), "-m"]
        has_pip = self._succeeds([*inside, "pip", "--version"], quiet=True)
        if not has_pip and not self._succeeds([*inside, "ensurepip"], quiet=True):
            _say("There is no pip: install it (Debian: python3-pip), or install uv")
            return False
        return self._succeeds([*inside, "pip", *common, *arguments])

    def _succeeds(
        self, command: Sequence[str], extra: dict[str, str] | None = None, *, quiet: bool = False
    ) -> bool:
        given = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
        try:
            done = subprocess.run(
                command, cwd=self.root, env=given | (extra or {}), capture_output=True, text=True, check=False
            )
        except OSError as error:
            if not quiet:
                _say(str(error))
            return False
        if done.returncode != 0 and not quiet:
            _say(f"{Path(command[0]).name} failed:\n{(done.stdout + done.stderr)[-2000:].strip()}")
        return done.returncode == 0


def _say(text: str) -> None:
    print(f"[{time.monotonic() - _started:5.1f} s] {text}", file=sys.stderr, flush=True)
