"""What Studio answers: jobs and errors as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from studio_client.reference.codes import TERMINAL
from studio_client.reference.job import Job

_TRY_AGAIN = frozenset({"queue_full", "draining", "unavailable", "internal"})


@dataclass
class Refusal(Exception):
    """An HTTP answer other than 2xx; ``retry_after`` is in whole seconds."""

    status: int
    code: str
    message: str
    pointer: str | None = None
    retry_after: int | None = None


def refused(refusal: Refusal) -> JSONResponse:
    """The error envelope with its headers."""
    error: dict[str, object] = {
        "code": refusal.code,
        "message": refusal.message,
        "retryable": refusal.code in _TRY_AGAIN and refusal.code not in TERMINAL,
        "stage": None,
        "reasons": [],
    }
    headers = {}
    if refusal.pointer is not None:
        error["pointer"] = refusal.pointer
    if refusal.retry_after is not None:
        error["retry_after_s"] = refusal.retry_after
        headers["Retry-After"] = str(refusal.retry_after)
    return JSONResponse({"error": error}, refusal.status, headers)


def shown(request: Request, job: Job) -> dict[str, object]:
    """The job on the wire; a picture kept here gets the address the caller reached us by."""
    body = job.body()
    if job.made is not None:
        body["outputs"] = [_absolute(request, output) for output in job.made.outputs]
    return body


def answer(request: Request, job: Job, status: int = 200) -> Response:
    """The job with its version as the ETag."""
    return JSONResponse(shown(request, job), status, {"ETag": f'"{job.version}"'})


def _absolute(request: Request, output: Mapping[str, object]) -> dict[str, object]:
    url = str(output["url"])
    return {**output, "url": str(request.base_url).rstrip("/") + url if url.startswith("/") else url}
