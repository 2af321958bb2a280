"""The session's servers and environment. Loaded by `-p` (pyproject.toml), before Django's settings are read.

The first process (xdist's controller, or the only one) starts PostgreSQL and Valkey in a folder of their own
and ends them; workers find them in the environment they inherit. A DATABASE_URL of the caller's is used
instead, its own database never touched: every test database has a name of its own. It should be a
superuser's, since tests break rows on purpose; processes that tests start then work in one database role.
"""

import atexit
import base64
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from config.embedded import leash, postgres, valkey

RUN_FOLDER = "GATEWAY_TEST_RUN"
PREFIX = "gateway-tests-"
ROOM_IN_MEMORY = 2**30
LOOPBACK = ("127.", "::1", "localhost", "::ffff:127.")
# What a test must not inherit from the caller: it would reach things that are not the test's own.
FOREIGN = (
    "S3_BUCKET",
    "S3_ENDPOINT_URL",
    "STUDIO_URL",
    "STUDIO_TEST_URL",
    "STUDIO_CALLBACK_URL",
    "GATEWAY_DATA",
)
FIXED = {
    "SECRET_KEY": "a key for tests only, long enough for Django's own checks of it",
    "DEBUG": "0",
    "ALLOWED_HOSTS": "127.0.0.1,localhost",
    "PUBLIC_URL": "http://127.0.0.1:8000",
    "STUDIO_TOKEN": "studio-token-of-the-tests",
    "STUDIO_CALLBACK_KEYS": "test:whsec_" + base64.b64encode(b"callback key of the tests, 32 b.").decode(),
    "FIELD_ENCRYPTION_KEYS": base64.urlsafe_b64encode(b"encryption key of the tests 32b.").decode(),
}


class NetworkRefused(RuntimeError):
    """A test tried to leave this machine."""


def refuse_network(event: str, arguments: tuple[object, ...]) -> None:
    """Audit hook: sockets may reach unix sockets and loopback only."""
    if event not in ("socket.connect", "socket.sendto"):
        return
    address = arguments[1]
    if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
        raise NetworkRefused(f"Tests stay on this machine; this one wanted {address[0]}:{address[1]}.")


def is_first_process() -> bool:
    return "PYTEST_XDIST_WORKER" not in os.environ


class Servers:
    """PostgreSQL (unless DATABASE_URL was given) and Valkey, for one session."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lock = (folder / "lock").open("w")
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        self.postgres: postgres.Server | None = None
        self.valkey: subprocess.Popen[bytes] | None = None
        given = os.environ.pop("DATABASE_OWNER_URL", None)
        if given:
            os.environ["DATABASE_URL"] = given
        if "DATABASE_URL" not in os.environ:
            self.postgres = postgres.Server(
                folder / "postgres", folder / "sockets", folder / "postgres.log", postgres.IN_MEMORY
            )
            os.environ["DATABASE_URL"] = self.postgres.url(user=postgres.APP_USER)
            os.environ["DATABASE_OWNER_URL"] = self.postgres.url()
        os.environ[RUN_FOLDER] = str(folder)

    def start(self) -> None:
        (self.folder / "sockets").mkdir()
        (self.folder / "valkey").mkdir()
        self.valkey = subprocess.Popen(
            leash.command(valkey.arguments(self.folder / "valkey", valkey_socket(), durable=False)),
            stdout=subprocess.DEVNULL,
        )
        if self.postgres:
            self.postgres.start()

    def stop(self) -> None:
        if self.valkey:
            self.valkey.kill()
            self.valkey.wait()
        if self.postgres:
            self.postgres.stop()
        self.lock.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def environment_outside() -> dict[str, str]:
    """The environment without what this session put in: for processes that bring servers of their own."""
    ours = {*FIXED, *FOREIGN, "BROKER_URL", "CACHE_URL", "DATABASE_URL", "DATABASE_OWNER_URL", "STORAGE_DIR"}
    return {name: value for name, value in os.environ.items() if name not in ours}


def valkey_socket() -> Path:
    return Path(os.environ[RUN_FOLDER], "sockets", "valkey")


def _new_folder() -> Path:
    shared = Path("/dev/shm")
    in_memory = os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > ROOM_IN_MEMORY
    parent = shared if in_memory else Path(tempfile.gettempdir())
    _sweep(parent)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    # Where root gives up its rights to run PostgreSQL, the server still has to reach its folder.
    folder.chmod(0o711)
    return folder


def _sweep(parent: Path) -> None:
    """Remove what sessions that were killed left behind: nobody holds their lock any more."""
    for folder in parent.glob(f"{PREFIX}*"):
        if not os.access(folder, os.W_OK) or time.time() - folder.stat().st_mtime < 60:
            continue
        with (folder / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(folder, ignore_errors=True)


def _set_environment() -> None:
    for name in FOREIGN:
        os.environ.pop(name, None)
    os.environ.update(FIXED)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    number = int(worker.removeprefix("gw"))
    os.environ["STORAGE_DIR"] = str(Path(os.environ[RUN_FOLDER], f"storage-{worker}"))
    os.environ["BROKER_URL"] = valkey.broker_url(valkey_socket(), 2 * number)
    os.environ["CACHE_URL"] = valkey.cache_url(valkey_socket(), 2 * number + 1)


servers = Servers(_new_folder()) if is_first_process() else None
if servers:
    atexit.register(servers.stop)
_set_environment()
sys.addaudithook(refuse_network)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    if servers and not session.config.option.collectonly:
        try:
            servers.start()
        except (postgres.PostgresError, valkey.ValkeyError) as error:
            pytest.exit(str(error), returncode=4)
