"""The database roles: the owner changes the schema, the app works, billing mints.

What each may do stands in `roles.sql`, why they are there in `docs/decisions/0011`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import ProgrammingError, connection, connections, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

BILLING = "gateway_billing"
_PRIVILEGES = Path(__file__).with_suffix(".sql")
_NOT_ALLOWED = "42501"
# Any number, the same for everybody who sets privileges.
_ADVISORY_LOCK = 7_203_118_466
# Partitions are reached through their table.
_OURS = """
    FROM pg_class
    WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = current_schema()::regnamespace
        AND pg_has_role(relowner, 'USAGE')
"""
_OUR_TABLES = f"SELECT oid::regclass::text {_OURS}"
_READS_ALL = f"SELECT bool_and(has_table_privilege(%s, oid, 'SELECT')) {_OURS}"


class RolesRefused(Exception):
    """The server does not let us make the roles; the text says who can, and how."""


def is_one() -> bool:
    """Whether web and tasks log in as the owner of the tables, as far as this process knows."""
    return bool(settings.DATABASE_OWNER) and settings.DATABASE_OWNER["USER"] == settings.DATABASE_APP["USER"]


@contextmanager
def as_owner() -> Iterator[None]:
    """Django's connection as the owner of the tables, for the length of the block, if we know who that is."""
    if is_one() or not settings.DATABASE_OWNER:
        yield
        return
    ours = connections.settings["default"]
    app = dict(ours)
    _change_login(ours, settings.DATABASE_OWNER)
    try:
        yield
    finally:
        _change_login(ours, app)


def _change_login(ours: dict[str, object], login: dict[str, object]) -> None:
    connections.close_all()
    # In place: each thread's connection reads this very dictionary.
    ours.update(login)


def are_missing() -> bool:
    """Whether a role is not there, or the app can't read one of our tables. For the owner to ask."""
    if is_one() or not settings.DATABASE_OWNER:
        return False
    app = settings.DATABASE_APP["USER"]
    with connection.cursor() as cursor:
        if not _exists(cursor, app) or not _exists(cursor, BILLING):
            return True
        cursor.execute(_READS_ALL, [app])
        return bool(cursor.fetchone() != (True,))


def create(app: str, password: str = "") -> None:
    """Makes the roles that are missing and sets what each may do. For the owner, after the migrations.

    Raises RolesRefused if the owner may not make roles and they are not there.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])
        try:
            _make_roles(cursor, app, password)
        except ProgrammingError as error:
            if getattr(error.__cause__, "sqlstate", None) == _NOT_ALLOWED:
                raise RolesRefused(_who_can(app)) from error
            raise
        cursor.execute(_OUR_TABLES)
        for (table,) in cursor.fetchall():
            _run(cursor, f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {{app}}", app)
        _run(cursor, _PRIVILEGES.read_text(), app)


def _make_roles(cursor: CursorWrapper, app: str, password: str) -> None:
    if not _exists(cursor, app):
        _run(cursor, f"CREATE ROLE {{app}} LOGIN NOINHERIT{_secret(password, app)}", app)
    if not _exists(cursor, BILLING):
        _run(cursor, f"CREATE ROLE {BILLING} NOLOGIN", app)
    cursor.execute("SELECT pg_has_role(%s, %s, 'MEMBER')", [app, BILLING])
    if cursor.fetchone() == (False,):
        _run(cursor, f"GRANT {BILLING} TO {{app}}", app)


def _exists(cursor: CursorWrapper, role: str) -> bool:
    cursor.execute("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [role])
    return bool(cursor.fetchone() == (True,))


def _secret(password: str, role: str) -> str:
    """A clause with the password as the server stores it: logs of statements must not show the plain one."""
    if not password:
        return ""
    stored = connection.connection.pgconn.encrypt_password(password.encode(), role.encode())
    return f" PASSWORD {sql.Literal(stored.decode()).as_string(None)}"


def _run(cursor: CursorWrapper, statements: str, app: str) -> None:
    cursor.execute(sql.SQL(statements).format(app=sql.Identifier(app)).as_string(connection.connection))


def _who_can(app: str) -> str:
    return (
        f"The owner of the tables may not make database roles. Have somebody who may run once: "
        f"CREATE ROLE {app} LOGIN PASSWORD '…'; CREATE ROLE {BILLING} NOLOGIN; GRANT {BILLING} TO {app}; "
        "then repeat this. To run with one role, leave DATABASE_OWNER_URL out."
    )
