"""The settings that nobody gave: secrets made once and kept, addresses of the embedded servers."""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from config.embedded import postgres, valkey
from config.embedded.folders import Folders

FIRST_KEY = "k1"


def missing(folders: Folders, given: Mapping[str, str]) -> dict[str, str]:
    """The variables that settings.py reads and `given` lacks. What is given is never replaced."""
    made = {
        **_made_once(folders),
        **servers(folders),
        "STORAGE_DIR": str(folders.storage),
    }
    if given.get("STUDIO_URL"):
        # Somebody else's Studio has a token and keys of its own: ours would hide that they are missing.
        made = {name: value for name, value in made.items() if not name.startswith("STUDIO_")}
    if given.get("DATABASE_URL"):
        # And so has somebody else's database an owner of its own.
        del made["DATABASE_OWNER_URL"]
    return {name: value for name, value in made.items() if name not in given}


def servers(folders: Folders) -> dict[str, str]:
    """The addresses of this folder's own PostgreSQL and Valkey, up or not."""
    return {
        "DATABASE_URL": postgres.url(folders.sockets, user=postgres.APP_USER),
        "DATABASE_OWNER_URL": postgres.url(folders.sockets),
        "BROKER_URL": valkey.broker_url(folders.valkey_socket),
        "CACHE_URL": valkey.cache_url(folders.valkey_socket),
    }


def _made_once(folders: Folders) -> dict[str, str]:
    """This folder's secrets. The first process to link its file in wins, and all read the same."""
    path = folders.data / "secrets.json"
    if not path.exists():
        folders.data.mkdir(parents=True, exist_ok=True)
        mine = _written(path, json.dumps(_new_secrets(), indent=1))
        try:
            os.link(mine, path)
        except FileExistsError:
            pass
        finally:
            mine.unlink()
    found = json.loads(path.read_text())
    return {str(name): str(value) for name, value in found.items()}


def _new_secrets() -> dict[str, str]:
    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "FIELD_ENCRYPTION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "STUDIO_TOKEN": secrets.token_urlsafe(32),
        "STUDIO_CALLBACK_KEYS": f"{FIRST_KEY}:whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}",
    }


def replace(path: Path, text: str) -> None:
    """Put this text, whole, in the place of what the file held; for us alone to read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _written(path, text).replace(path)


def _written(beside: Path, text: str) -> Path:
    """A complete new file, for us alone to read, next to the one it is about to become."""
    path = beside.with_name(f"{beside.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return path
