"""Every room, and every file of the rooms with an order inside, stands in the layers that lint checks."""

import tomllib
from typing import Any

from config.embedded.bootstrap import ROOT

LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]


def rooms() -> set[str]:
    """The top-level folders with Python in them; in `docs` and `sdks` lie programs that clients run alone."""
    hidden = {"var", "staticfiles", "node_modules", "docs", "sdks"}
    folders = [folder for folder in ROOT.iterdir() if folder.is_dir() and not folder.name.startswith(".")]
    return {folder.name for folder in folders if folder.name not in hidden and any(folder.glob("**/*.py"))}


def contract(name: str) -> dict[str, Any]:
    return next(contract for contract in LINTER["contracts"] if contract["name"] == name)


def test_every_room_stands_in_the_layers() -> None:
    layers = contract("Rooms look down, never up or across")["layers"]
    layered = {room.strip() for layer in layers for room in layer.split("|")}
    assert rooms() == layered == set(LINTER["root_packages"])


def test_workflows_and_billing_leave_no_file_out() -> None:
    for room in ("workflows", "billing"):
        inside = next(each for each in LINTER["contracts"] if each.get("containers") == [room])
        assert inside["exhaustive"] is True
        assert inside["exhaustive_ignores"] == ["migrations"]
