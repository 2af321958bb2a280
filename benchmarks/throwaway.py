"""Servers for one benchmark, as `manage.py run` would start them: they write to disk, and nothing is left."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from config.embedded import addresses, bootstrap, database, environment, leash, postgres
from config.embedded.folders import Folders

# What the caller's environment may say of other servers.
_FOREIGN = ("BROKER_URL", "CACHE_URL", "DATABASE_URL", "DATABASE_OWNER_URL", "GATEWAY_DATA", "STORAGE_DIR")
_FOREIGN_PREFIXES = ("AWS_", "S3_", "STUDIO_")


def surroundings() -> dict[str, str]:
    """Our environment, without what it says of servers and secrets."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in _FOREIGN and not name.startswith(_FOREIGN_PREFIXES)
    }


@contextmanager
def folder() -> Iterator[Path]:
    """A new folder on disk, gone after the block."""
    path = Path(tempfile.mkdtemp(prefix="gateway-bench-"))
    # Where root gives up its rights to run PostgreSQL, the server still has to reach its folder.
    path.chmod(0o711)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def migrated_database() -> Iterator[str]:
    """A PostgreSQL with the gateway's tables, which Django works on from now on, as the application's role.

    Gives the owner's URL. Once for each process, since Django reads its settings once.
    """
    with folder() as path:
        folders = Folders(path / "data")
        folders.make()
        server = database.server_of(folders)
        try:
            server.start()
            given = surroundings()
            made = {**addresses.known(folders), **environment.missing(folders, given)}
            os.environ.update({**given, **made, bootstrap.SWITCH: "0"})
            os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
            _manage("prepare")
            django.setup()
            yield server.url()
        finally:
            server.stop()
            folders.remove_sockets()


def _manage(*arguments: str) -> None:
    command = leash.command([sys.executable, bootstrap.ROOT / "manage.py", *arguments])
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise postgres.PostgresError(f"`manage.py {' '.join(arguments)}` failed:\n{done.stderr[-3000:]}")
