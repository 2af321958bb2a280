"""manage.py's own environment: what a command needs, and when it has to be installed."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from config.embedded import bootstrap

RUN = {"--extra=embedded", "--extra=studio"}
# The whole of bootstrap is standard library; -S proves it, for no installed package can be seen.
INSTALL = """
import sys
from pathlib import Path
from config.embedded import bootstrap
bootstrap.Environment(Path(sys.argv[1])).install({"--extra=studio"})
"""


@pytest.fixture
def environment(tmp_path: Path) -> bootstrap.Environment:
    """A copy of the project whose environment looks whole."""
    (tmp_path / "uv.lock").write_text("the lock")
    (tmp_path / "pyproject.toml").write_text("the project")
    ours = bootstrap.Environment(tmp_path)
    ours.python.parent.mkdir(parents=True)
    ours.python.touch()
    (ours.folder / "pyvenv.cfg").touch()
    return ours


@pytest.mark.parametrize(
    ("arguments", "more"),
    [
        (["demo"], set()),
        (["--data", "test", "run"], set()),
        (["test"], {"--group=test"}),
        (["test", "tests/browser", "-x"], {"--group=test", "--group=browser"}),
        (["test", "tests/fuzz"], {"--group=test", "--group=contract"}),
        (["test", "tests/sdk"], {"--group=test", "--group=sdk"}),
        (["sdk"], {"--group=sdk"}),
        (["lint"], {"--group=test", "--group=lint", "--group=browser", "--group=contract", "--group=sdk"}),
        ([], set()),
    ],
)
def test_a_command_needs_no_more_than_it_uses(arguments: list[str], more: set[str]) -> None:
    assert bootstrap.needs(arguments) == RUN | more


def test_nothing_is_installed_at_first(environment: bootstrap.Environment) -> None:
    assert not environment.has(RUN)


def test_what_was_installed_serves_whoever_needs_less(environment: bootstrap.Environment) -> None:
    environment.note(RUN | {"--group=test"})
    assert environment.has(RUN)
    assert not environment.has(RUN | {"--group=lint"})


@pytest.mark.parametrize("name", ["uv.lock", "pyproject.toml"])
def test_another_lock_is_another_environment(environment: bootstrap.Environment, name: str) -> None:
    environment.note(RUN)
    (environment.root / name).write_text("changed")
    assert not environment.has(RUN)


def test_an_interpreter_that_went_away_is_noticed(environment: bootstrap.Environment) -> None:
    environment.note(RUN)
    environment.python.unlink()
    assert not environment.has(RUN)


def test_a_spoiled_stamp_counts_as_none(environment: bootstrap.Environment) -> None:
    environment.stamp.write_text('{"of": 1')
    assert not environment.has(RUN)


def test_an_environment_behind_a_link_is_entered_once(
    environment: bootstrap.Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = environment.root / "elsewhere"
    environment.folder.rename(elsewhere)
    environment.folder.symlink_to(elsewhere)
    environment.note(RUN)
    monkeypatch.setattr(bootstrap, "ROOT", environment.root)
    # What Python says once it runs from there: the place that the link leads to.
    monkeypatch.setattr(sys, "prefix", str(elsewhere))
    monkeypatch.delenv(bootstrap.SWITCH, raising=False)
    bootstrap.enter_environment(["run"])


def test_a_second_installation_waits_for_the_first(environment: bootstrap.Environment) -> None:
    with environment._only_one():
        second = subprocess.Popen(
            [sys.executable, "-S", "-c", INSTALL, environment.root],
            cwd=bootstrap.ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert second.stderr is not None
        assert "Waiting for another command" in second.stderr.readline()
        environment.note(RUN)
    assert second.communicate()[1] == ""
    assert second.returncode == 0


def test_an_old_python_can_read_manage_py_far_enough_to_refuse() -> None:
    source = (bootstrap.ROOT / "manage.py").read_text()
    ast.parse(source, feature_version=(3, 4))
    assert "f'" not in source
    assert 'f"' not in source


@pytest.mark.parametrize("name", ["browser", "contract", "lint", "run", "sdk", "server", "test"])
def test_requirements_for_pip_are_those_of_the_lock(name: str) -> None:
    locked = tomllib.loads((bootstrap.ROOT / "uv.lock").read_text())["package"]
    versions = {(package["name"], package.get("version")) for package in locked}
    lines = (bootstrap.ROOT / "requirements" / f"{name}.txt").read_text().splitlines()
    pinned = {tuple(line.split(" ")[0].split("==")) for line in lines if "==" in line and line[0].isalpha()}
    assert pinned
    assert pinned <= versions
