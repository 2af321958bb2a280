"""ETag, 304 and `wait` on the reads of one job. `docs/decisions/0017` says what a tag promises."""

from collections.abc import Callable
from typing import Any

from django.utils.http import parse_etags
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clients.api.queries import Query, WholeNumberField
from workflows import present, watching
from workflows.models import Job

_POLL_AGAIN_SECONDS = 1


class WaitQuery(Query):
    wait = WholeNumberField(
        min_value=0,
        max_value=watching.LONGEST_SECONDS,
        default=0,
        help_text=(
            "Seconds to hold the answer until there is news. Where too many wait already it comes at once: "
            "ask again after `Retry-After`."
        ),
    )


def is_known(request: Request, job: Job) -> bool:
    """Whether the client has just this: one of the tags in its `If-None-Match` is the job's."""
    given = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in given or _opaque(present.etag(job)) in map(_opaque, given)


def answer(request: Request, job: Job, body: Callable[[], dict[str, Any]]) -> Response:
    """The body, or 304 without one; the same headers on both."""
    headers = {"ETag": present.etag(job)}
    if job.is_live:
        headers["Retry-After"] = str(_POLL_AGAIN_SECONDS)
    if is_known(request, job):
        return Response(status=304, headers=headers)
    return Response(body(), headers=headers)


def _opaque(tag: str) -> str:
    """Proxies that compress turn strong tags into weak ones and back."""
    return tag.removeprefix("W/")


def described(shape: type[serializers.Serializer[Any]]) -> dict[int, Any]:
    """The answers of such a read, for the OpenAPI document."""
    return {200: shape, 304: OpenApiResponse(description="Nothing that `If-None-Match` does not know yet.")}


HEADERS = [
    OpenApiParameter(
        "If-None-Match",
        str,
        OpenApiParameter.HEADER,
        description="The `ETag` of an answer before: if it still holds, a 304 without a body.",
    ),
    OpenApiParameter(
        "ETag",
        str,
        OpenApiParameter.HEADER,
        response=[200, 304],
        description="Changes with the job, and in time before the signed links of a finished job expire.",
    ),
    OpenApiParameter(
        "Retry-After",
        int,
        OpenApiParameter.HEADER,
        response=[200, 304],
        description="While the job runs: seconds until a next look makes sense.",
    ),
]
