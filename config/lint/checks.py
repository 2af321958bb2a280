"""Every check, in the order in which a person would want to know."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from config.lint import breaking, compose, dead_code, links, openapi, programs, sizes

Environment = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Check:
    """A question to the sources; `run` answers with what is wrong. It is given production's environment."""

    name: str
    run: Callable[[Environment], list[str]]


ALL = (
    Check("ruff format", lambda _: programs.module("ruff", "format", "--check", "--quiet", ".")),
    Check(
        "ruff check", lambda _: programs.module("ruff", "check", "--quiet", "--output-format=concise", ".")
    ),
    Check("mypy", lambda environment: programs.module("mypy", environment=environment)),
    Check("import-linter", lambda _: programs.script("lint-imports", "--no-logo")),
    Check("deptry", lambda _: programs.module("deptry", ".", "--no-ansi")),
    Check("dead code", lambda _: dead_code.problems()),
    Check("sizes", lambda _: sizes.problems()),
    Check("links in Markdown", lambda _: links.problems()),
    Check(
        "models have migrations",
        lambda environment: programs.command(
            "makemigrations", "--check", "--dry-run", environment=environment
        ),
    ),
    Check(
        "migrations",
        lambda environment: programs.module("config.lint.migrations", environment=environment),
    ),
    Check(
        "check --deploy",
        lambda environment: programs.command(
            "check", "--deploy", "--fail-level=WARNING", environment=environment
        ),
    ),
    Check("openapi.yaml", openapi.problems),
    Check("breaking changes", lambda _: breaking.problems()),
    Check("docker-compose.yml", lambda _: compose.problems()),
)
