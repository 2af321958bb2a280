"""How jobs, events, renders and request logs look to a client: signed URLs instead of storage keys."""

import time
from typing import Any

from django.conf import settings

from assets import storage
from workflows import definitions
from workflows.models import Job, JobEvent, RequestLog
from workflows.statuses import JobStatus


def etag(row: Job) -> str:
    """Of a job with its events; taken before its links are signed.

    Links are signed anew for each answer, but a tag with links stands for half of their lifetime only: who is
    told that nothing has changed holds links that live for the other half, at least. Hence a weak tag.
    """
    if row.status != JobStatus.SUCCESS:
        return f'W/"{row.version}"'
    window = time.time() // (settings.CLIENT_URL_LIFETIME.total_seconds() / 2)
    return f'W/"{row.version}-{window:.0f}"'


def job(row: Job) -> dict[str, Any]:
    """A job without its latest event, which is a query of its own."""
    refunded = row.credits_cost if row.status == JobStatus.FAILURE else 0
    return {
        "public_id": row.id,
        "request_id": row.request_id,
        "job_type": row.job_type,
        "status": row.status,
        "stage": row.stage or None,
        "progress": row.progress,
        "pilot_brand": row.pilot_brand,
        "created_at": row.created_at,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
        "request": row.request,
        "result": {"artifacts": artifacts(row)} if row.status == JobStatus.SUCCESS else None,
        "error": _error(row),
        "credits": {"cost": row.credits_cost, "refunded": refunded, "net": row.credits_cost - refunded},
    }


def artifacts(row: Job) -> list[dict[str, Any]]:
    """What a succeeded job made; the output of a refunded job is not shown to anybody."""
    if row.status != JobStatus.SUCCESS:
        return []
    return [
        {
            "image_url": link(artifact["key"]),
            "kind": artifact["kind"],
            "role": artifact["role"],
            "label": artifact["label"],
            "meta": {name: artifact[name] for name in ("width", "height", "bytes", "sha256")},
        }
        for artifact in (row.result or {}).get("artifacts", [])
    ]


def event(row: JobEvent, of: Job) -> dict[str, Any]:
    return {
        "seq": row.seq,
        "event_type": row.event_type,
        "visibility": row.visibility,
        "stage": row.stage or None,
        "message": row.message,
        "artifacts": artifacts(of) if row.event_type == JobEvent.Type.SUCCEEDED else [],
        "extra": row.extra,
        "created_at": row.created_at,
    }


def render(row: Job) -> dict[str, Any]:
    final = row.render
    return {
        "public_id": row.id,
        "job_type": row.job_type,
        "origin": definitions.ALL[row.workflow].op_class,
        "image_url": link(final["key"]) if final else None,
        "inputs": _inputs(row),
        "created_at": row.finished_at,
    }


def request_log(row: RequestLog) -> dict[str, Any]:
    return {
        "request_id": row.id,
        "method": row.method,
        "path": row.path,
        "workflow": row.workflow,
        "status": row.status,
        "error_code": row.error_code,
        "error_message": row.error_message,
        "duration_ms": row.duration_ms,
        "job_id": row.job_id,
        "credits": row.credits,
        "idempotency_key": row.idempotency_key,
        "replayed": row.replayed,
        "created_at": row.created_at,
    }


def link(key: str) -> str:
    return storage.signed_get_url(key, settings.CLIENT_URL_LIFETIME)


def _inputs(row: Job) -> dict[str, Any]:
    """The request, its storage keys replaced by links to the pictures they named."""
    shown = {name: value for name, value in row.request.items() if name != "source_image_s3_key"}
    for name in ("source", "background"):
        picture = row.inputs.get(name)
        if picture and "key" in picture:
            shown[f"{name}_image_url"] = link(picture["key"])
    return shown


def _error(row: Job) -> dict[str, Any] | None:
    if row.error_code is None:
        return None
    return {
        "code": row.error_code,
        "message": row.error_message,
        "stage": row.error_stage or None,
        "retryable": row.error_code not in _POINTLESS,
    }


# Asking again for the same pictures would end the same way.
_POINTLESS = frozenset(
    {
        "NO_SUBJECT",
        "SUBJECT_FILLS_FRAME",
        "SUBJECT_NOT_SEPARABLE",
        "UNSUPPORTED_FORMAT",
        "IMAGE_CORRUPT",
        "IMAGE_TOO_LARGE",
        "TOO_MANY_PIXELS",
        "ANIMATED_NOT_SUPPORTED",
        "SHA256_MISMATCH",
        "INVALID_PRESET",
        "INVALID_SPEC",
        "UNKNOWN_WORKFLOW",
    }
)
