"""Databases of the tests: one migrated template per session, and clones of it.

Tests work as the application's database role, so that each of them tries that its privileges suffice. Their
session is the owner's all the same: who breaks a row on purpose is the owner for that moment, by `as_owner`.
"""

import contextlib
import fcntl
import os
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql
from psycopg.pq import TransactionStatus

from config import roles
from config.embedded import postgres
from tests import servers


@dataclass(frozen=True)
class Database:
    """A database of one test, by URLs for other processes and connections.

    On a server of the caller's, both logins are the caller's own.
    """

    name: str

    @property
    def url(self) -> str:
        return self._on(_server("APP"))

    @property
    def owner_url(self) -> str:
        return self._on(_server("OWNER"))

    def _on(self, server: str) -> str:
        return urllib.parse.urlsplit(server)._replace(path=f"/{self.name}").geturl()


def _server(login: str) -> str:
    """Where the session's databases are, however often `using` points the environment elsewhere."""
    own = os.environ["DATABASE_URL"]
    given = {"APP": own, "OWNER": os.environ.get("DATABASE_OWNER_URL", own)}
    return os.environ.setdefault(f"GATEWAY_TEST_{login}", given[login])


def _run_id() -> str:
    return Path(os.environ[servers.RUN_FOLDER]).name.removeprefix(servers.PREFIX).lower()


def name_of(purpose: str) -> str:
    """A name that no other session on this server uses."""
    return f"gateway_test_{_run_id()}_{purpose}"


def _execute(statement: str, *names: str) -> None:
    with psycopg.connect(_server("OWNER"), autocommit=True) as session:
        session.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


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
    with psycopg.connect(_server("OWNER"), autocommit=True) as session:
        found = session.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [name_of("%")])
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
            with _connected(building, role=""):
                call_command("migrate", verbosity=0, interactive=False)
                done_by = _make_roles()
            _execute("ALTER DATABASE {} RENAME TO {}", building, name)
            done.write_text(done_by)
    return name


def _make_roles() -> str:
    """The role that tests work in; none where only a superuser could take it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone() != (True,):
            return ""
    roles.create(postgres.APP_USER)
    return postgres.APP_USER


def app_role() -> str:
    """The database role that tests work in; empty if there is one role only."""
    return Path(os.environ[servers.RUN_FOLDER], "template.done").read_text()


@contextlib.contextmanager
def using(database: Database) -> Iterator[Database]:
    """Point Django, in every thread, and the processes started meanwhile, to this database, as the app."""
    before = {name: os.environ.get(name) for name in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    with _connected(database.name, app_role()):
        os.environ["DATABASE_URL"], os.environ["DATABASE_OWNER_URL"] = database.url, database.owner_url
        try:
            yield database
        finally:
            for name, url in before.items():
                os.environ.pop(name) if url is None else os.environ.update({name: url})


@contextlib.contextmanager
def _connected(name: str, role: str) -> Iterator[None]:
    """The owner's session on a database, in a role."""
    _server("APP"), _server("OWNER")
    ours, owner = connections.settings["default"], settings.DATABASE_OWNER
    before, own_name = dict(ours), owner["NAME"]
    connections.close_all()
    owner["NAME"] = name
    options = {**owner["OPTIONS"], "options": f"{owner['OPTIONS']['options']} -c role={role or 'none'}"}
    ours.update({**owner, "OPTIONS": options})
    try:
        yield
    finally:
        connections.close_all()
        ours.update(before)
        owner["NAME"] = own_name


@contextlib.contextmanager
def as_owner() -> Iterator[None]:
    """Django's connection as the owner of the tables, for what no application may do."""
    with in_role("none"):
        yield


@contextlib.contextmanager
def in_role(role: str) -> Iterator[None]:
    """Django's connection in another database role than the application's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role'), set_config('role', %s, false)", [role])
        (before, _) = cursor.fetchone()
        try:
            yield
        finally:
            # A transaction that failed takes the role back by itself.
            if connection.connection.info.transaction_status != TransactionStatus.INERROR:
                cursor.execute("SELECT set_config('role', %s, false)", [before])
