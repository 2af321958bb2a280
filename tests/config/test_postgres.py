"""The PostgreSQL of a data folder: one owner, others join, and no end of an owner spoils it."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.embedded import database, postgres
from config.embedded.bootstrap import ROOT
from config.embedded.folders import Folders
from config.embedded.locks import Lock
from tests import waiting

# Holds the folder's database until its standard input ends.
HOLD = """
import sys
from pathlib import Path
from config.embedded import database, folders
with database.for_a_while(folders.Folders(Path(sys.argv[1]))):
    print("up", flush=True)
    sys.stdin.read()
"""


class Command:
    """A process that uses the database for a while, as any management command does."""

    def __init__(self, folders: Folders) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(folders.data)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_until_up(self) -> "Command":
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "up\n"
        return self

    def let_end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()

    def end(self) -> None:
        self.let_end()
        assert self.process.wait(30) == 0
        self.close()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    return Folders(tmp_path_factory.mktemp("with a space") / "data")


@pytest.fixture
def command(folders: Folders) -> Iterator[Command]:
    """A command that has started the server for itself."""
    command = Command(folders)
    yield command.wait_until_up()
    command.close()


def _connect(folders: Folders) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(database.server_of(folders).url(), autocommit=True)


def _pid(folders: Folders) -> int:
    return int((folders.postgres / "postmaster.pid").read_text().split()[0])


def _is_gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def test_it_listens_on_its_socket_alone(folders: Folders, command: Command) -> None:
    with _connect(folders) as connection:
        shown = connection.execute("SHOW listen_addresses").fetchone()
        assert shown == ("",)
        assert connection.execute("SELECT current_user::text, pg_encoding_to_char(6)").fetchone() == (
            postgres.USER,
            "UTF8",
        )
    command.end()
    assert not folders.sockets.exists()


def test_a_second_command_joins_and_the_first_waits_for_it(folders: Folders, command: Command) -> None:
    server = _pid(folders)
    second = Command(folders).wait_until_up()
    assert _pid(folders) == server
    command.let_end()
    assert command.process.stderr is not None
    assert "Waiting for another command" in command.process.stderr.readline()
    _connect(folders).close()
    second.end()
    assert command.process.wait(30) == 0
    assert _is_gone(server)


def test_whoever_wants_it_for_good_waits_for_a_command(folders: Folders, command: Command) -> None:
    with Lock(folders.data / "postgres.lock") as owner:
        assert not owner.take()
        assert str(command.process.pid) in owner.holder()
        command.end()
        database.wait_to_own(owner)


def test_a_killed_owner_leaves_no_server_and_loses_no_commit(folders: Folders, command: Command) -> None:
    server = _pid(folders)
    with _connect(folders) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    command.process.send_signal(signal.SIGKILL)
    waiting.until(lambda: _is_gone(server))
    again = Command(folders).wait_until_up()
    with _connect(folders) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    again.end()


def test_a_pid_file_whose_number_is_somebody_elses_is_no_obstacle(folders: Folders) -> None:
    (folders.postgres / "postmaster.pid").write_text("1\n" + str(folders.postgres) + "\n")
    with database.for_a_while(folders):
        _connect(folders).close()


def test_data_of_another_version_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "postgres"
    data.mkdir()
    (data / "PG_VERSION").write_text("9\n")
    server = postgres.Server(data, tmp_path, tmp_path / "log")
    with pytest.raises(postgres.PostgresError, match="was made by PostgreSQL 9"):
        server.start()


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    server = postgres.Server(tmp_path / "postgres", tmp_path, tmp_path / "log", {"max_connections": "none"})
    with pytest.raises(postgres.PostgresError, match="max_connections"):
        server.start()
