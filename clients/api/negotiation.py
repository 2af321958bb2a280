from collections.abc import Iterable
from typing import Any

from rest_framework.metadata import BaseMetadata
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class OneFormat(DefaultContentNegotiation):
    """A route answers in its own format whatever Accept says: the contract has no 406.

    The few that have another format as well ask `prefers`.
    """

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        return first, first.media_type or "application/json"


def prefers(request: Request, media_type: str) -> bool:
    """Whether Accept names a route's other format before JSON. What can't be read asks for nothing."""
    try:
        return request.get_preferred_type(["application/json", media_type]) == media_type
    except ValueError:
        return False


class AllowOnly(BaseMetadata):
    """OPTIONS is answered by the Allow header and nothing else; the OpenAPI document tells the rest."""

    def determine_metadata(self, request: Request, view: Any) -> None:
        return None
