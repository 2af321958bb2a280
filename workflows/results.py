"""What Studio delivered, as we hold it: looked at in our own storage, and put out of its reach, before a job
may succeed.

Studio's upload link outlives the job, so a picture that was paid for never lies where that link leads.
"""

import hashlib
from typing import IO, Any

import structlog

from assets import formats, storage
from studio_client import OutputFile, StudioJob
from workflows.models import Job

log = structlog.get_logger(__name__)

_CHUNK = 1024 * 1024


class ResultMissing(Exception):
    """Studio said SUCCESS, and its picture is not in our storage as it described it."""


def delivery_key(job: Job) -> str:
    """Where Studio delivers a job's picture: outside every client's own prefix, the same at every try."""
    return f"deliveries/{_place(job)}.{format_of(job).extension}"


def format_of(job: Job) -> formats.Format:
    return formats.BY_NAME[job.inputs["output"]["format"]]


def collect(job: Job, told: StudioJob) -> dict[str, Any]:
    """The result of a job, its picture proved and kept. Raises ResultMissing, storage.Unavailable."""
    if len(told.outputs) != 1:
        raise ResultMissing(f"Studio named {len(told.outputs)} pictures instead of one")
    output = told.outputs[0]
    try:
        with storage.pictures().open(delivery_key(job)) as picture:
            _prove(picture, output, format_of(job))
            key = _keep(job, picture, output)
    except FileNotFoundError as error:
        raise ResultMissing("Studio delivered no picture") from error
    return {
        "artifacts": [_artifact(key, output)],
        "confidence": told.confidence,
        "warnings": list(told.warnings),
    }


def clear(job: Job) -> None:
    """Removes what was delivered for a job that has ended; if storage is away it is left lying."""
    try:
        storage.pictures().delete(delivery_key(job))
    except storage.Unavailable as error:
        log.warning("delivery_not_cleared", job_id=job.id, error=str(error))


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


def _prove(picture: IO[bytes], told: OutputFile, wanted: formats.Format) -> None:
    size, digest, found = _measure(picture)
    if (size, digest) != (told.bytes, told.sha256):
        raise ResultMissing("the delivered picture is not the one that Studio described")
    if found != wanted:
        raise ResultMissing(f"what was delivered is no {wanted.name} picture")


def _keep(job: Job, picture: IO[bytes], proved: OutputFile) -> str:
    """Stores the bytes that were proved under a name made of them, so that nothing can take their place."""
    made = format_of(job)
    key = f"renders/{_place(job)}/{proved.sha256}.{made.extension}"
    picture.seek(0)
    storage.pictures().put(key, picture, made.content_type)
    return key


def _place(job: Job) -> str:
    return f"{'live' if job.livemode else 'test'}/{job.client_id}/{job.id}"


def _measure(picture: IO[bytes]) -> tuple[int, str, formats.Format | None]:
    digest, size, head = hashlib.sha256(), 0, b""
    while chunk := picture.read(_CHUNK):
        head = head or chunk[: formats.HEAD]
        digest.update(chunk)
        size += len(chunk)
    return size, digest.hexdigest(), formats.sniff(head)
