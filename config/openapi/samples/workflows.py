from typing import Any

from config.openapi.samples import ids
from config.openapi.samples.ids import Named

_NAMED = {"background_image_public_id": ids.BACKGROUND_ID, "output_preset": "story"}
_REQUEST = {"source_image_s3_key": ids.UPLOAD_KEY, **_NAMED, "pilot_brand": "alpine"}
_ARTIFACT = {
    "image_url": ids.link("renders/3f7ac9.jpg"),
    "kind": "image",
    "role": "final",
    "label": "Render",
    "meta": {
        "width": 1080,
        "height": 1920,
        "bytes": 248113,
        "sha256": "3f7a0b1c2d3e4f5061728394a5b6c7d8e9fa0b1c2d3e4f5061728394a5b6c7c9",
    },
}


def _event(seq: int, event_type: str, stage: str | None, message: str, **more: Any) -> dict[str, Any]:
    return {
        "seq": seq,
        "event_type": event_type,
        "visibility": "public",
        "stage": stage,
        "message": message,
        "artifacts": [],
        "extra": {},
        "created_at": ids.ACCEPTED_AT,
        **more,
    }


_QUEUED = _event(1, "queued", None, "Accepted and charged.")
_SUBMITTED = _event(2, "stage", "submitted", "Studio has the job.", created_at=ids.STARTED_AT)
_READY = _event(
    3, "succeeded", "done", "The render is ready.", artifacts=[_ARTIFACT], created_at=ids.FINISHED_AT
)
_REFUNDED = _event(
    3, "failed", "segment", "No subject was found in the picture.", created_at=ids.FINISHED_AT,
    extra={"code": "NO_SUBJECT", "reasons": [], "refunded": 5},
)  # fmt: skip
_WAITING = {
    "public_id": ids.JOB_ID,
    "request_id": ids.REQUEST_ID,
    "job_type": "BACKGROUND_SWAP_WITH_IMAGE",
    "status": "NOT_STARTED",
    "stage": None,
    "progress": 0.0,
    "pilot_brand": "alpine",
    "created_at": ids.ACCEPTED_AT,
    "started_at": None,
    "finished_at": None,
    "request": _REQUEST,
    "result": None,
    "error": None,
    "credits": {"cost": 5, "refunded": 0, "net": 5},
}
_ENDED = {**_WAITING, "started_at": ids.STARTED_AT, "finished_at": ids.FINISHED_AT}
_DONE = {
    **_ENDED,
    "status": "SUCCESS",
    "stage": "done",
    "progress": 1.0,
    "result": {"artifacts": [_ARTIFACT]},
}
_FAILED = {
    **_ENDED,
    "status": "FAILURE",
    "stage": "segment",
    "progress": 0.4,
    "error": {
        "code": "NO_SUBJECT",
        "message": "No subject was found in the picture.",
        "stage": "segment",
        "retryable": False,
    },
    "credits": {"cost": 5, "refunded": 5, "net": 0},
}
_CANCELLED_EVENT = _event(
    2,
    "failed",
    None,
    "The client cancelled the job.",
    created_at=ids.FINISHED_AT,
    extra={"code": "CANCELLED", "reasons": [], "refunded": 5},
)
_CANCELLED = {
    **_FAILED,
    "started_at": None,
    "stage": None,
    "progress": 0.0,
    "error": {
        "code": "CANCELLED",
        "message": "The client cancelled the job.",
        "stage": None,
        "retryable": True,
    },
}
_RENDER = {
    "public_id": ids.JOB_ID,
    "job_type": "BACKGROUND_SWAP_WITH_IMAGE",
    "origin": "compose",
    "image_url": _ARTIFACT["image_url"],
    "inputs": {
        **_NAMED,
        "pilot_brand": "alpine",
        "source_image_url": ids.link(ids.UPLOAD_KEY),
        "background_image_url": ids.link("catalogue/9b1f07.jpg"),
    },
    "created_at": ids.FINISHED_AT,
}
_LOGGED = {
    "request_id": ids.REQUEST_ID,
    "method": "POST",
    "path": "/v1/background-swap-with-image",
    "workflow": "background-swap-with-image",
    "status": 202,
    "error_code": None,
    "error_message": None,
    "duration_ms": 14,
    "job_id": ids.JOB_ID,
    "credits": 5,
    "idempotency_key": "order-4711",
    "replayed": False,
    "created_at": ids.ACCEPTED_AT,
}
_SWAP = {"name": "background-swap-with-image", "op_class": "compose", "credits_cost": 5, "enabled": True}
_ACCEPTED = {
    "request_id": ids.REQUEST_ID,
    "job_id": ids.JOB_ID,
    "status": "NOT_STARTED",
    "credits_cost": 5,
}

# Where not every example of a component fits an operation.
OF_OPERATIONS: Named = {"cancel_job": {"cancelled": {**_CANCELLED, "latest_event": _CANCELLED_EVENT}}}
ALL: Named = {
    "BackgroundSwapWithImageRequest": {
        "from_an_upload": _REQUEST,
        "from_a_render": {"source_render_public_id": ids.JOB_ID, **_NAMED},
    },
    "WorkflowAcceptedResponse": {"accepted": _ACCEPTED},
    "QuoteResponse": {
        "quote": {"credits_cost": 5, "balance_after": 95, "price_holds_until": "2026-01-31T12:05:00Z"}
    },
    "JobList": {"page": {"jobs": [_DONE], "next_cursor": ids.CURSOR}},
    "JobDetail": {
        "succeeded": {**_DONE, "latest_event": _READY},
        "failed_and_refunded": {**_FAILED, "latest_event": _REFUNDED},
        "waiting": {**_WAITING, "latest_event": _QUEUED},
    },
    "JobEvents": {"all": {"public_id": ids.JOB_ID, "events": [_QUEUED, _SUBMITTED, _READY], "latest_seq": 3}},
    "RenderDetail": {"render": _RENDER},
    "RenderList": {"page": {"renders": [_RENDER], "next_cursor": None}},
    "OperationList": {"all": {"operations": [_SWAP], "next_cursor": None}},
    "RequestLogDetail": {"accepted": _LOGGED},
    "RequestLogList": {"page": {"request_logs": [_LOGGED], "next_cursor": None}},
}
