"""The requirements for plain pip and for the images are what the lock file says."""

import re
import tomllib
from pathlib import Path

import pytest

from config.embedded.bootstrap import ROOT

FILES = sorted((ROOT / "requirements").glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
_PINNED = re.compile(r"^([a-z0-9-]+)(?:\[[^]]*\])?==([^ ;\\]+)", re.MULTILINE)


def locked() -> dict[str, set[str]]:
    """The versions of each package, of which there can be several for several machines."""
    found: dict[str, set[str]] = {}
    for package in tomllib.loads((ROOT / "uv.lock").read_text())["package"]:
        found.setdefault(package["name"], set()).add(package.get("version", ""))
    return found


def pinned(path: Path) -> dict[str, str]:
    return dict(_PINNED.findall(path.read_text()))


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=! ]", requirement)[0] for requirement in requirements}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_versions_are_those_of_the_lock(path: Path) -> None:
    versions = locked()
    wrong = {name: version for name, version in pinned(path).items() if version not in versions.get(name, ())}
    assert wrong == {}


def test_each_file_holds_what_it_is_for() -> None:
    base, extras = PROJECT["project"]["dependencies"], PROJECT["project"]["optional-dependencies"]
    wanted = {
        "server": base,
        "studio": base + extras["studio"],
        "run": base + extras["studio"] + extras["embedded"],
        **PROJECT["dependency-groups"],
    }
    assert {path.stem for path in FILES} == set(wanted)
    for path in FILES:
        assert names(wanted[path.stem]) <= set(pinned(path)), path.name


def test_the_server_image_holds_neither_the_studio_nor_embedded_servers() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    base = names(PROJECT["project"]["dependencies"])
    foreign = (names(extras["studio"]) | names(extras["embedded"])) - base
    assert not foreign & set(pinned(ROOT / "requirements" / "server.txt"))
