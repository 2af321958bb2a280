"""The checks of our own making find what they look for."""

from pathlib import Path

import pytest
import yaml

from config.lint import compose, links, sizes, sources


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, which the checks take for ours."""
    monkeypatch.setattr(sources, "ROOT", tmp_path)
    return tmp_path


def test_sources_are_what_people_wrote(project: Path) -> None:
    for name in ("room/a.py", "room/migrations/0001.py", ".venv/b.py", "var/c.py", "d.py", "e.md"):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).touch()
    assert [sources.shown(path) for path in sources.files(".py")] == ["d.py", "room/a.py"]


def test_a_long_function_and_a_long_file_are_named(project: Path) -> None:
    (project / "long.py").write_text("def long():\n" + "    pass\n" * 400)
    assert sizes.problems()[0] == "long.py:1 long: 401 lines; a function has at most 60"
    assert "long.py: 401 lines; a file has at most 320" in sizes.problems()


def test_many_middling_functions_are_too_much(project: Path) -> None:
    for number in range(3):
        (project / f"file{number}.py").write_text("def middling():\n" + "    pass\n" * 40)
    assert sizes.problems() == [
        "the middle function has 41 lines; at most 10 are meant",
        "a tenth of the functions has over 41 lines; 30 are meant",
    ]


def test_small_is_fine(project: Path) -> None:
    (project / "small.py").write_text("def small():\n    pass\n")
    assert sizes.problems() == []


def test_dead_links_are_named_and_living_ones_are_not(project: Path) -> None:
    (project / "docs").mkdir()
    (project / "docs" / "there.md").write_text("# There it *is*\n")
    (project / "README.md").write_text(
        "[a](docs/there.md) [b](docs/there.md#there-it-is) [c](#here) [d](https://example.com/x.md)\n"
        "[e](docs/gone.md) [f](docs/there.md#not-there) `[g](gone.md)`\n\n# Here\n\n"
        "```\n[h](gone.md)\n```\n\n[i]: gone.md\n"
    )
    assert links.problems() == [
        "README.md: docs/gone.md does not exist",
        "README.md: docs/there.md#not-there: there is no such heading",
        "README.md: gone.md does not exist",
    ]


@pytest.fixture
def composed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of docker-compose.yml, which may be spoilt."""
    copy = tmp_path / "docker-compose.yml"
    copy.write_text(compose.FILE.read_text())
    monkeypatch.setattr(compose, "FILE", copy)
    return copy


def test_the_compose_file_is_right(composed: Path) -> None:
    assert compose.problems() == []


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("manage.py, prepare", "manage.py, prepair", "migrate: there is no command prepair"),
        ("    LOG_LEVEL:", "    LOG_LEVLE:", "migrate: LOG_LEVLE is set, and nothing reads it"),
        ("    BROKER_URL:", "    X_BROKER:", "worker: BROKER_URL is not set"),
        ("      STUDIO_TOKEN:", "      TOKEN:", "studio: STUDIO_TOKEN is not set"),
        ("postgres: {cond", "postgers: {cond", "migrate: depends on postgers, which is no service"),
        ("image: postgres:18", "image: postgres", "postgres: its image has no version"),
    ],
)
def test_what_the_compose_file_gets_wrong_is_named(
    composed: Path, before: str, after: str, problem: str
) -> None:
    text = composed.read_text()
    assert before in text
    composed.write_text(text.replace(before, after))
    assert problem in compose.problems()


def test_no_service_starts_with_a_secret_that_everybody_knows() -> None:
    services = yaml.safe_load(compose.FILE.read_text())["services"]
    secret = ("KEY", "KEYS", "PASS", "PASSWORD", "TOKEN")
    for name, service in services.items():
        for variable, value in service.get("environment", {}).items():
            if variable.endswith(secret):
                assert ":?}" in value, f"{name}: {variable} has a default"
