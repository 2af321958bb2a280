"""What a data folder adds to the environment: only what is missing, and the same each time."""

import json
import subprocess
import sys
from pathlib import Path

import environ
import kombu
import pytest
from cryptography.fernet import Fernet

from config.embedded import environment
from config.embedded.bootstrap import ROOT
from config.embedded.folders import FolderError, Folders

PRINT = """
import json, sys
from pathlib import Path
from config.embedded import environment, folders
print(json.dumps(environment.missing(folders.Folders(Path(sys.argv[1])), {})))
"""


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path / "data folder")


def test_secrets_are_made_once(folders: Folders) -> None:
    first = environment.missing(folders, {})
    assert environment.missing(folders, {}) == first
    assert len(first["SECRET_KEY"]) >= 50
    Fernet(first["FIELD_ENCRYPTION_KEYS"])


def test_secrets_are_for_their_owner_alone(folders: Folders) -> None:
    environment.missing(folders, {})
    assert (folders.data / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folders.data.iterdir()] == ["secrets.json"]


def test_all_who_begin_at_once_get_the_same_secrets(folders: Folders) -> None:
    command = [sys.executable, "-c", PRINT, str(folders.data)]
    racers = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    answers = {racer.communicate()[0] for racer in racers}
    assert len(answers) == 1
    assert json.loads(answers.pop())["STUDIO_TOKEN"]


def test_two_folders_share_no_secret_and_no_address(tmp_path: Path) -> None:
    one, other = (environment.missing(Folders(tmp_path / name), {}) for name in ("one", "other"))
    assert not set(one.values()) & set(other.values())


def test_what_is_given_is_never_replaced(folders: Folders) -> None:
    given = {"DATABASE_URL": "postgres://db.example/gateway", "SECRET_KEY": ""}
    made = environment.missing(folders, given)
    assert not {"DATABASE_URL", "DATABASE_OWNER_URL", "SECRET_KEY"} & set(made)
    assert "BROKER_URL" in made


def test_a_given_studio_brings_its_own_token_and_keys(folders: Folders) -> None:
    made = environment.missing(folders, {"STUDIO_URL": "https://studio.example"})
    assert not [name for name in made if name.startswith("STUDIO_")]


def test_addresses_are_understood_by_those_who_use_them(folders: Folders) -> None:
    made = environment.missing(folders, {})
    database = environ.Env.db_url_config(made["DATABASE_URL"])
    assert database["OPTIONS"] == {"host": str(folders.sockets)}
    cache = environ.Env.cache_url_config(made["CACHE_URL"])
    assert cache["LOCATION"] == f"unix://{folders.valkey_socket}"
    assert kombu.Connection(made["BROKER_URL"]).as_uri() == f"redis+socket://{folders.valkey_socket}"


def test_a_socket_fits_however_deep_the_data_lies(tmp_path: Path) -> None:
    deep = Folders(tmp_path.joinpath(*["a folder with a long name"] * 12))
    assert len(str(deep.sockets / ".s.PGSQL.5432.lock")) < 100


def test_a_place_in_tmp_that_is_not_ours_is_refused(folders: Folders, tmp_path: Path) -> None:
    folders.sockets.symlink_to(tmp_path)
    try:
        with pytest.raises(FolderError, match="belongs to somebody else"):
            folders.make()
    finally:
        folders.sockets.unlink()


def test_folders_are_made_and_sockets_removed(folders: Folders) -> None:
    folders.make()
    assert folders.sockets.stat().st_mode & 0o777 == 0o700
    folders.remove_sockets()
    assert not folders.sockets.exists()
    assert folders.storage.is_dir()
