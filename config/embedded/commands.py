"""Django's commands, with the embedded servers behind them where nobody gave others."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import django
from django.core.management import call_command, execute_from_command_line

from config import roles
from config.embedded import addresses, bootstrap, database, environment, folders, migrations, postgres

# They start what they need themselves, with addresses of their own.
STANDALONE = {"bench", "chaos", "demo", "lint", "run", "sdk", "test"}
NO_DATABASE = {"", "check", "collectstatic", "diffsettings", "help", "spectacular", "version"}
SCHEMA = {"dbshell", "makemigrations", "migrate", "showmigrations", "sqlmigrate", "squashmigrations"}

# Django's own; ours (`prepare`, `create_roles`) become the owner themselves.
BY_OWNER = {"migrate"}


def run(arguments: Sequence[str]) -> None:
    """Run the command that `arguments` (a whole argv) names, on the data folder that it names.

    A database that is not up is started for as long as the command takes, and brought up to date.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if os.environ.get(bootstrap.SWITCH) == "0":
        return _execute(bootstrap.command_in(arguments[1:]), arguments)
    arguments = _take_data_folder(list(arguments))
    ours = folders.Folders.chosen()
    command = bootstrap.command_in(arguments[1:])
    try:
        _complete_environment(ours, command)
        with _database(ours, command, arguments):
            _execute(command, arguments)
    except (postgres.PostgresError, folders.FolderError) as error:
        sys.exit(str(error))


def _execute(command: str, arguments: Sequence[str]) -> None:
    with roles.as_owner() if command in BY_OWNER else nullcontext():
        execute_from_command_line(list(arguments))


def _take_data_folder(arguments: list[str]) -> list[str]:
    """The arguments without `--data DIR`, which goes into the environment for every process to come."""
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        name, _, value = word.partition("=")
        if name != "--data":
            rest.append(word)
            continue
        value = value or next(words, "")
        if not value:
            sys.exit("--data needs a folder.")
        os.environ[folders.VARIABLE] = str(Path(value).expanduser().resolve())
    return rest


def _complete_environment(ours: folders.Folders, command: str) -> None:
    if command in STANDALONE:
        return
    if not ours.data.exists():
        print(f"Making a new data folder: {ours.data}", file=sys.stderr)
    made = {**addresses.known(ours), **environment.missing(ours, os.environ)}
    os.environ.update({name: value for name, value in made.items() if name not in os.environ})


def _database(ours: folders.Folders, command: str, arguments: Sequence[str]) -> AbstractContextManager[None]:
    embedded = os.environ.get("DATABASE_URL") == environment.servers(ours)["DATABASE_URL"]
    if not embedded or command in STANDALONE | NO_DATABASE or {"--help", "-h"} & set(arguments):
        return nullcontext()
    if command in SCHEMA:
        return database.for_a_while(ours)
    return _migrated(ours)


@contextmanager
def _migrated(ours: folders.Folders) -> Iterator[None]:
    with database.for_a_while(ours):
        django.setup()
        with roles.as_owner():
            migrations.apply_missing()
            incomplete = roles.are_missing()
        if incomplete:
            call_command("create_roles")
        yield
