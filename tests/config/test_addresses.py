"""Where a data folder's stack answers: the same place each time, if it can."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from config.embedded import addresses
from config.embedded.folders import Folders
from config.embedded.stack import Stack


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path / "data")


def test_they_are_known_before_the_first_run(folders: Folders) -> None:
    first = addresses.known(folders)
    assert first["PUBLIC_URL"] == addresses.FIRST_URL
    assert addresses.known(folders) == first


def test_studio_keeps_its_port(folders: Folders) -> None:
    assert addresses.for_studio(folders) == addresses.known(folders)["STUDIO_URL"]


def test_studio_moves_if_somebody_else_has_its_port(folders: Folders) -> None:
    before = addresses.known(folders)["STUDIO_URL"]
    with addresses.listening(urlsplit(before).port or 0):
        assert addresses.for_studio(folders) != before


def test_what_a_run_noted_is_what_commands_find(folders: Folders) -> None:
    addresses.note(folders, "http://127.0.0.1:1", "http://127.0.0.1:2", "http://127.0.0.1:3")
    assert addresses.known(folders) == {
        "PUBLIC_URL": "http://127.0.0.1:1",
        "STUDIO_URL": "http://127.0.0.1:2",
        "STUDIO_TEST_URL": "http://127.0.0.1:3",
    }


@pytest.mark.parametrize(
    ("given", "test_studio"),
    [
        ({}, "ours"),
        ({"STUDIO_URL": "https://studio.example"}, None),
        ({"STUDIO_TEST_URL": "https://test.example"}, "https://test.example"),
    ],
)
def test_test_jobs_never_reach_a_studio_that_was_given_for_live_ones(
    tmp_path: Path, given: dict[str, str], test_studio: str | None
) -> None:
    stack = Stack(tmp_path / "data", given=given)
    with addresses.listening(0) as listener:
        stack._choose_addresses(listener)
    wanted = stack.studio_url if test_studio == "ours" else test_studio
    assert stack.environment.get("STUDIO_TEST_URL") == wanted
    assert addresses.known(stack.folders)["STUDIO_TEST_URL"] == (wanted or "")
