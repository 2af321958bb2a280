"""What Studio delivered, as we hold it: looked at in our own storage before a job may succeed."""

import hashlib
from typing import Any

from assets import formats, storage
from studio_client import OutputFile, StudioJob
from workflows.models import Job

_CHUNK = 1024 * 1024


class ResultMissing(Exception):
    """Studio said SUCCESS, and its picture is not in our storage as it described it."""


def key_of(job: Job) -> str:
    """Where a job's picture is delivered: outside every client's own prefix, the same at every try."""
    mode = "live" if job.livemode else "test"
    return f"renders/{mode}/{job.client_id}/{job.id}.{format_of(job).extension}"


def format_of(job: Job) -> formats.Format:
    return formats.BY_NAME[job.inputs["output"]["format"]]


def collect(job: Job, told: StudioJob) -> dict[str, Any]:
    """The result of a job, proved against the delivered bytes. Raises ResultMissing, storage.Unavailable."""
    if len(told.outputs) != 1:
        raise ResultMissing(f"Studio named {len(told.outputs)} pictures instead of one")
    output = told.outputs[0]
    key = key_of(job)
    try:
        size, digest, found = _measure(key)
    except FileNotFoundError as error:
        raise ResultMissing("Studio delivered no picture") from error
    if (size, digest) != (output.bytes, output.sha256):
        raise ResultMissing("the delivered picture is not the one that Studio described")
    if found != format_of(job):
        raise ResultMissing(f"what was delivered is no {format_of(job).name} picture")
    return {
        "artifacts": [_artifact(key, output)],
        "confidence": told.confidence,
        "warnings": list(told.warnings),
    }


def _artifact(key: str, output: OutputFile) -> dict[str, Any]:
    return {
        "key": key,
        "kind": "image",
        "role": "final",
        "label": "Render",
        "width": output.width,
        "height": output.height,
        "format": output.format,
        "bytes": output.bytes,
        "sha256": output.sha256,
    }


def _measure(key: str) -> tuple[int, str, formats.Format | None]:
    digest, size, head = hashlib.sha256(), 0, b""
    with storage.pictures().open(key) as file:
        while chunk := file.read(_CHUNK):
            head = head or chunk[: formats.HEAD]
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest(), formats.sniff(head)
