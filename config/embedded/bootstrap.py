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
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
# Set to 0 where packages, settings and servers are somebody else's work: manage.py is then plain Django's.
SWITCH = "GATEWAY_EMBEDDED"
UV = "uv>=0.13,<1"

_started = time.monotonic()


def enter_environment(arguments: Sequence[str]) -> None:
    """Return inside the project's environment, with what this command needs installed.

    Outside it, the process is replaced by the same command in it. Exits with a clear sentence if that fails.
    """
    if os.environ.get(SWITCH) == "0":
        return
    wanted = needs(arguments)
    if not is_installed(wanted):
        try:
            with _only_one():
                if not is_installed(wanted):
                    _install(wanted)
        except OSError as error:
            sys.exit(f"Cannot make {VENV}: {error}. To use an environment of your own, set {SWITCH}=0.")
    elif Path(sys.prefix).resolve() == VENV:
        return
    os.execv(PYTHON, [str(PYTHON), str(ROOT / "manage.py"), *arguments])


def needs(arguments: Sequence[str]) -> set[str]:
    """The extras and groups of pyproject.toml that a command uses, as uv's own options."""
    common = {"--extra=embedded", "--extra=studio"}
    command = command_in(arguments)
    if command == "lint":
        return common | {"--group=test", "--group=lint", "--group=browser"}
    if command == "test":
        browser = any("tests/browser" in argument for argument in arguments)
        return common | {"--group=test"} | ({"--group=browser"} if browser else set())
    return common


def command_in(arguments: Sequence[str]) -> str:
    """The first word that is neither an option nor the folder after `--data`; empty if there is none."""
    words = [word for before, word in zip(["", *arguments], arguments, strict=False) if before != "--data"]
    return next((word for word in words if not word.startswith("-")), "")


def is_installed(wanted: set[str]) -> bool:
    """Whether the last complete installation was of this lock, this Python, and at least these extras."""
    of, installed = _read_stamp()
    whole = PYTHON.exists() and (VENV / "pyvenv.cfg").exists()
    return whole and of == _fingerprint() and wanted <= installed


def _fingerprint() -> str:
    version = ".".join(map(str, sys.version_info[:2]))
    parts = [(ROOT / "uv.lock").read_bytes(), (ROOT / "pyproject.toml").read_bytes(), version.encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _read_stamp() -> tuple[str, set[str]]:
    """What the installation is of, and with which extras; nothing of nothing if none was completed."""
    try:
        stamp = json.loads(STAMP.read_text())
        return str(stamp["of"]), set(stamp["with"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", set()


@contextmanager
def _only_one() -> Iterator[None]:
    """Let one process at a time build the environment; the others wait, and find it made."""
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "environment.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Waiting for another command that is making the environment")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install(wanted: set[str]) -> None:
    everything = wanted | _read_stamp()[1]
    STAMP.unlink(missing_ok=True)
    if not _runs(PYTHON):
        _make_venv()
    for installer in (_by_installed_uv, _by_own_uv, _by_pip):
        if installer(everything):
            break
    else:
        sys.exit(f"The packages could not be installed, as said above. Remove {VENV} to begin anew.")
    STAMP.write_text(json.dumps({"of": _fingerprint(), "with": sorted(everything)}))
    _say("Environment ready")


def _runs(python: Path) -> bool:
    """Whether this interpreter works and is of the version that we are."""
    asked = [str(python), "-c", "import sys; print(*sys.version_info[:2])"]
    try:
        said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.split()
    except OSError:
        return False
    return said == [str(part) for part in sys.version_info[:2]]


def _make_venv() -> None:
    _say(f"Making {VENV.name} with Python {sys.version.split()[0]}")
    # A pip of its own takes seconds, and Debian's Python has none to give.
    if not _succeeds([sys.executable, "-m", "venv", "--clear", "--without-pip", str(VENV)]):
        sys.exit("Python's venv module does not work here: install it (Debian: python3-venv), or install uv.")


def _by_installed_uv(wanted: set[str]) -> bool:
    return _succeeds(["uv", "--version"], quiet=True) and _sync("uv", wanted)


def _by_own_uv(wanted: set[str]) -> bool:
    """uv from the package index, put into the environment by whichever pip there is."""
    own = VENV / "bin" / "uv"
    if not own.exists():
        _say("Installing uv")
        _pip(["install", "--quiet", UV])
    return own.exists() and _sync(str(own), wanted)


def _by_pip(wanted: set[str]) -> bool:
    """The exported requirements: slower, and they leave nothing to uv."""
    _say("Installing packages with pip")
    names = ["run", *(option.removeprefix("--group=") for option in sorted(wanted) if "group" in option)]
    files = [f"--requirement={ROOT / 'requirements' / name}.txt" for name in names]
    return _pip(["install", "--quiet", "--require-hashes", *files])


def _sync(uv: str, wanted: set[str]) -> bool:
    _say("Installing packages")
    command = [uv, "sync", "--quiet", "--frozen", "--inexact", "--no-default-groups", "--python", str(PYTHON)]
    # The system's certificates, as pip takes them: a company's proxy signs with its own.
    environment = {
        "UV_PROJECT_ENVIRONMENT": str(VENV),
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_SYSTEM_CERTS": "true",
    }
    return _succeeds([*command, *sorted(wanted)], environment)


def _pip(arguments: Sequence[str]) -> bool:
    """The base Python's own pip pointed at the environment, else one in it, made by ensurepip if need be."""
    common = ["--disable-pip-version-check", "--no-input"]
    base = str(Path(sys.base_prefix, "bin", "python3"))
    if _succeeds([base, "-m", "pip", "--version"], quiet=True):
        return _succeeds([base, "-m", "pip", *common, "--python", str(PYTHON), *arguments])
    inside = [str(PYTHON), "-m", "pip"]
    if _succeeds([*inside, "--version"], quiet=True) or _succeeds(
        [str(PYTHON), "-m", "ensurepip", "--default-pip"], quiet=True
    ):
        return _succeeds([*inside, *common, *arguments])
    _say("There is no pip: install it (Debian: python3-pip), or install uv")
    return False


def _succeeds(command: Sequence[str], extra: dict[str, str] | None = None, *, quiet: bool = False) -> bool:
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"} | (extra or {})
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    except OSError as error:
        if not quiet:
            _say(str(error))
        return False
    if done.returncode != 0 and not quiet:
        _say(f"{Path(command[0]).name} failed:\n{(done.stdout + done.stderr)[-2000:].strip()}")
    return done.returncode == 0


def _say(text: str) -> None:
    print(f"[{time.monotonic() - _started:5.1f} s] {text}", file=sys.stderr, flush=True)
