"""The routes of the public API as the URL conf has them, for tests that must know every one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

PUBLIC = "v1/"


@dataclass(frozen=True)
class Route:
    """One address of the API, as a template: `/v1/jobs/<str:public_id>`."""

    template: str
    view: Any

    def __str__(self) -> str:
        return self.template

    @property
    def methods(self) -> list[str]:
        asked = ("get", "post", "put", "patch", "delete")
        return [method.upper() for method in asked if hasattr(self.view, method)]

    @property
    def parameter(self) -> str | None:
        """The `<…>` of the template; routes have at most one."""
        return self.template[self.template.index("<") : self.template.index(">") + 1] if self.is_one else None

    @property
    def is_one(self) -> bool:
        """Whether it names one thing by its id."""
        return "<" in self.template

    def path(self, identifier: str = "01ARZ3NDEKTSV4RRFFQ69G5FAV") -> str:
        return self.template.replace(self.parameter, identifier) if self.parameter else self.template


def public() -> list[Route]:
    return [route for route in _routes(get_resolver().url_patterns) if route.template.startswith("/v1/")]


def _routes(patterns: list[URLPattern | URLResolver], prefix: str = "/") -> Iterator[Route]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, path)
        else:
            yield Route(path, getattr(pattern.callback, "view_class", pattern.callback))


def as_openapi(route: Route) -> str:
    """Its template as OpenAPI writes it: `/v1/jobs/{public_id}`."""
    return route.template.replace("<str:", "{").replace(">", "}")
