"""Who runs the PostgreSQL of a data folder: one owner at a time, and whoever comes later joins.

The owner holds `postgres.lock`. The others share `postgres.users` while they work, so that a command which
started the server for itself does not take it away from the next one.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from config.embedded import postgres
from config.embedded.folders import Folders
from config.embedded.locks import Lock

JOIN_SECONDS = 60.0
POLL_SECONDS = 0.05


def server_of(folders: Folders) -> postgres.Server:
    return postgres.Server(folders.postgres, folders.sockets, folders.logs / "postgres.log")


@contextmanager
def for_a_while(folders: Folders) -> Iterator[None]:
    """The folder's server for the length of the block: the one that is up, else one of our own."""
    with Lock(folders.data / "postgres.lock") as owner, Lock(folders.data / "postgres.users") as users:
        server = _start_or_join(folders, owner, users)
        try:
            yield
        finally:
            if server:
                _wait_for(users, "Waiting for another command to end with the database.")
                server.stop()
                folders.remove_sockets()


def wait_to_own(owner: Lock) -> None:
    """Become the owner for good (the stack), after a command that has the server up for itself."""
    _wait_for(owner, f"Waiting for {owner.holder()}, which uses the database, to end.")


def _start_or_join(folders: Folders, owner: Lock, users: Lock) -> postgres.Server | None:
    """Our own server, or None when somebody else's answers. Raises PostgresError after JOIN_SECONDS."""
    server = server_of(folders)
    deadline = time.monotonic() + JOIN_SECONDS
    while time.monotonic() < deadline:
        if owner.take():
            folders.make()
            server.start()
            return server
        if users.share():
            if _answers(server):
                return None
            users.free()
        time.sleep(POLL_SECONDS)
    raise postgres.PostgresError(f"{owner.holder()} holds {folders.postgres}, but no server answers there.")


def _answers(server: postgres.Server) -> bool:
    try:
        psycopg.connect(server.url(), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _wait_for(lock: Lock, message: str) -> None:
    told = False
    while not lock.take():
        if not told:
            print(message, file=sys.stderr, flush=True)
            told = True
        time.sleep(POLL_SECONDS)
