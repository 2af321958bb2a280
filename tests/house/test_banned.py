"""What the house does without, with the reason."""

import tomllib
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver

from config.embedded.bootstrap import ROOT

ROOMS = ("assets", "billing", "clients", "workflows")


def answering() -> Iterator[str]:
    """The modules of ours that the web process runs a request through."""
    yield from (middleware.rpartition(".")[0] for middleware in settings.MIDDLEWARE)
    yield from (view_module(pattern) for pattern in patterns(get_resolver().url_patterns))
    yield from (type(page).__module__ for page in admin.site._registry.values())


def patterns(found: Iterable[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in found:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns)
        else:
            yield pattern


def view_module(pattern: URLPattern) -> str:
    view = getattr(pattern.callback, "view_class", pattern.callback)
    return str(view.__module__)


def test_whatever_answers_requests_is_among_those_that_may_not_publish() -> None:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    [contract] = [each for each in linter["contracts"] if each["name"] == "The web process publishes nothing"]
    ours = {name for name in answering() if name.split(".")[0] in (*ROOMS, "config")}
    assert len(ours) > 10
    assert [name for name in ours if not f"{name}.".startswith(watched(contract["source_modules"]))] == []


def watched(modules: list[str]) -> tuple[str, ...]:
    return tuple(f"{module}." for module in modules)


def test_only_one_library_is_called_ulid() -> None:
    """python-ulid has the module name of ulid-py, and whichever came last would win."""
    packages = {package["name"] for package in tomllib.loads((ROOT / "uv.lock").read_text())["package"]}
    assert "ulid-py" in packages
    assert "python-ulid" not in packages
