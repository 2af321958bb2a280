"""Databases of the tests: one migrated template per session, and clones of it."""

import contextlib
import fcntl
import os
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from tests import servers


@dataclass(frozen=True)
class Database:
    """A database of one test; `url` is for processes that the test starts."""

    name: str

    @property
    def url(self) -> str:
        return urllib.parse.urlsplit(_server_url())._replace(path=f"/{self.name}").geturl()


def _server_url() -> str:
    return os.environ.setdefault("GATEWAY_TEST_SERVER", os.environ["DATABASE_URL"])


def _run_id() -> str:
    return Path(os.environ[servers.RUN_FOLDER]).name.removeprefix(servers.PREFIX).lower()


def name_of(purpose: str) -> str:
    """A name that no other session on this server uses."""
    return f"gateway_test_{_run_id()}_{purpose}"


def _execute(statement: str, *names: str) -> None:
    with psycopg.connect(_server_url(), autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def clone(purpose: str) -> Database:
    """A new database with everything that the migrations make, and nothing else."""
    database = Database(name_of(purpose))
    # Copying files beats writing them through the log two to one where they lie in memory (measured).
    _execute("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", database.name, template())
    return database


def drop(database: Database) -> None:
    _execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", database.name)


def drop_all() -> None:
    """Drop every database of this session: needed where the server outlives it."""
    with psycopg.connect(_server_url(), autocommit=True) as connection:
        found = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [name_of("%")])
        names = [name for (name,) in found]
    for name in names:
        drop(Database(name))


def template() -> str:
    """The migrated template, made by whichever process needs it first."""
    name, building = name_of("template"), name_of("building")
    done = Path(os.environ[servers.RUN_FOLDER], "template.done")
    with Path(os.environ[servers.RUN_FOLDER], "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            _execute("DROP DATABASE IF EXISTS {}", building)
            _execute("CREATE DATABASE {}", building)
            with using(Database(building)):
                call_command("migrate", verbosity=0, interactive=False)
            _execute("ALTER DATABASE {} RENAME TO {}", building, name)
            done.touch()
    return name


@contextlib.contextmanager
def using(database: Database) -> Iterator[Database]:
    """Point Django, in every thread, and the processes started meanwhile, to this database."""
    settings = connections.settings["default"]
    before, url = settings["NAME"], os.environ["DATABASE_URL"]
    _server_url()
    connections.close_all()
    settings["NAME"], os.environ["DATABASE_URL"] = database.name, database.url
    try:
        yield database
    finally:
        connections.close_all()
        settings["NAME"], os.environ["DATABASE_URL"] = before, url
