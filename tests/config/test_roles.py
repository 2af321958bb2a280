"""The database roles: made once and for good, in nobody's way, and no more than each needs."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from config import onboarding, roles
from config.embedded import bootstrap, database, parts, postgres
from config.embedded.folders import Folders
from tests import databases, servers

RUN = "import sys; from config.embedded import commands; commands.run(sys.argv)"
LOCK_ALL = """
    DO $$ DECLARE name text; BEGIN
        FOR name IN SELECT oid::regclass FROM pg_class
                    WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace LOOP
            EXECUTE format('LOCK TABLE %s IN ROW EXCLUSIVE MODE', name);
        END LOOP;
    END $$
"""


@pytest.fixture
def owner(db: None) -> Iterator[None]:
    """The session is the owner's, as roles.as_owner makes it; what it does is rolled back."""
    with databases.as_owner():
        yield


def privileges() -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regclass::text, relacl::text FROM pg_class WHERE relacl IS NOT NULL ORDER BY 1"
        )
        return list(cursor.fetchall())


def one(statement: str, *values: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchone()[0]


def test_to_repeat_it_changes_nothing(owner: None) -> None:
    before = privileges()
    roles.create(postgres.APP_USER)
    assert privileges() == before


def test_it_waits_for_nobody_who_works(committed_db: databases.Database) -> None:
    with (
        psycopg.connect(committed_db.owner_url) as other,
        databases.as_owner(),
        connection.cursor() as cursor,
    ):
        other.execute(LOCK_ALL)
        cursor.execute("SET lock_timeout = '2s'")
        roles.create(postgres.APP_USER)


def test_a_table_that_a_migration_adds_is_given_too(owner: None) -> None:
    assert not roles.are_missing()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE added ()")
    assert roles.are_missing()
    roles.create(postgres.APP_USER)
    assert not roles.are_missing()


def test_a_password_is_never_sent_as_it_is(owner: None) -> None:
    roles.create("another_app", "it's a secret")
    stored = one("SELECT rolpassword FROM pg_authid WHERE rolname = %s", "another_app")
    assert str(stored).startswith("SCRAM-SHA-256$")


def test_an_owner_who_may_not_make_roles_is_told_who_can(owner: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE powerless")
    with (
        databases.in_role("powerless"),
        pytest.raises(roles.RolesRefused, match="CREATE ROLE another_app LOGIN"),
    ):
        roles.create("another_app")


def test_the_app_can_step_into_the_billing_role_and_no_other(committed_db: databases.Database) -> None:
    """Which is what the roles do not protect from: whoever has the app's login and writes SQL freely."""
    with psycopg.connect(committed_db.url, autocommit=True) as app:
        for refused in (f"SET ROLE {postgres.USER}", f"SET SESSION AUTHORIZATION {postgres.USER}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(refused.encode())
        app.execute(f"SET ROLE {roles.BILLING}".encode())


def test_the_owner_is_django_only_for_the_block(committed_db: databases.Database) -> None:
    with roles.as_owner():
        assert one("SELECT current_user::text") == postgres.USER
    assert one("SELECT current_user::text") == postgres.APP_USER


def test_with_one_role_it_says_what_to_set(settings: Settings) -> None:
    settings.DATABASE_OWNER = settings.DATABASE_APP
    said = io.StringIO()
    call_command("create_roles", stderr=said)
    assert "Set DATABASE_OWNER_URL" in said.getvalue()


def test_without_the_owner_it_says_so(settings: Settings) -> None:
    settings.DATABASE_OWNER = {}
    with pytest.raises(CommandError, match="Set DATABASE_OWNER_URL"):
        call_command("create_roles")


def test_what_works_does_not_know_the_owner(tmp_path: Path) -> None:
    make = parts.Parts(Folders(tmp_path), {"DATABASE_OWNER_URL": "postgres://owner@/gateway"})
    for process in (make.web(0), make.worker(), make.scheduler()):
        assert process.environment["DATABASE_OWNER_URL"] == ""


def command(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        cwd=bootstrap.ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_folder_from_before_there_were_roles_goes_on(tmp_path: Path) -> None:
    folders = Folders(tmp_path / "data")
    outside = {
        name: value for name, value in servers.environment_outside().items() if name != bootstrap.SWITCH
    }
    with database.for_a_while(folders):
        one_role = {"DATABASE_URL": database.server_of(folders).url(), "SECRET_KEY": "x" * 50}
        command({**os.environ, **one_role, "DATABASE_OWNER_URL": "", bootstrap.SWITCH: "0"}, "migrate")
    made = json.loads(
        command(outside, "--data", str(folders.data), "create_client", "Shop", "--credits", "5")
    )
    command(outside, "--data", str(folders.data), "migrate")
    with database.for_a_while(folders), psycopg.connect(database.server_of(folders).url()) as session:
        found = session.execute("SELECT kind, amount FROM billing_ledgerentry").fetchall()
        logins = session.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'gateway%' ORDER BY 1"
        ).fetchall()
    assert made["name"] == "Shop"
    assert found == [("GRANT", 5), ("GRANT", onboarding.FIRST_TEST_CREDITS)]
    assert logins == [("gateway",), ("gateway_app",), ("gateway_billing",)]
