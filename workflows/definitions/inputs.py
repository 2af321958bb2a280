"""Looks up what a request names, for every workflow that takes the same kinds of input.

Each function answers the frozen input (JSON, or None) and the faults; a field that is absent because it had
a fault of its own adds none.
"""

from typing import Any

from assets import backgrounds, presets, uploads
from clients import ulids
from clients.api.errors import Fault
from clients.callers import Caller
from studio_client import Picture
from workflows.definitions import rehearsals
from workflows.definitions.base import Link
from workflows.models import Job
from workflows.statuses import JobStatus

Frozen = tuple[dict[str, Any] | None, list[Fault]]


def source(caller: Caller, asked: dict[str, Any]) -> Frozen:
    """The picture to work on: the storage key where both sources come, the render then being its origin."""
    render, faults = _render(caller, asked.get("source_render_public_id"))
    upload, upload_faults = _upload(caller, asked.get("source_image_s3_key"))
    chosen = upload or render
    if upload and render:
        chosen = {**upload, "render_id": render["render_id"]}
    return chosen, [*upload_faults, *faults]


def background(caller: Caller, asked: dict[str, Any]) -> Frozen:
    public_id = asked.get("background_image_public_id")
    if public_id is None:
        return None, []
    found = backgrounds.active(caller, public_id)
    if found is None:
        return None, [
            _unknown("background_image_public_id", "No active background of the catalogue has this id")
        ]
    return {"id": found.id, "key": found.key, "sha256": found.sha256}, []


def output(asked: dict[str, Any]) -> Frozen:
    name = asked.get("output_preset")
    if name is None:
        return None, []
    preset = presets.active(name)
    if preset is None:
        return None, [_unknown("output_preset", "No active output preset has this name")]
    fields = ("name", "width", "height", "fit", "format", "quality", "padding_color")
    return {field: getattr(preset, field) for field in fields}, []


def picture(frozen: dict[str, Any], link: Link) -> tuple[Picture | None, str]:
    """What Studio fetches for a frozen source, and the name of it that stays; a rehearsal has no picture."""
    if "rehearsal" in frozen:
        return None, f"rehearsal {frozen['rehearsal']}"
    return Picture(link(frozen["key"]), frozen["sha256"]), frozen["key"]


def _upload(caller: Caller, key: str | None) -> Frozen:
    if key is None:
        return None, []
    try:
        found = uploads.find_source(caller, key)
    except uploads.NotAPicture as error:
        return None, [_unknown("source_image_s3_key", str(error))]
    if found is None:
        return _rehearsal(caller, key)
    return {"key": found.place, "sha256": found.sha256, "upload_id": found.id}, []


def _rehearsal(caller: Caller, key: str) -> Frozen:
    """Asked for last: a real picture under a magic key is a picture like any other."""
    name = rehearsals.named(caller, key)
    if name in rehearsals.ALL:
        return {"rehearsal": name}, []
    message = "No upload of yours and no object of yours has this key"
    if name is not None:
        message += f". The magic names are {', '.join(rehearsals.ALL)}"
    return None, [_unknown("source_image_s3_key", message)]


def _render(caller: Caller, public_id: str | None) -> Frozen:
    if public_id is None:
        return None, []
    found = None
    if ulids.is_valid(public_id):
        found = Job.objects.for_client(caller).filter(id=public_id, status=JobStatus.SUCCESS).first()
    if found is None or found.render is None:
        return None, [_unknown("source_render_public_id", "No finished render of yours has this id")]
    return {"key": found.render["key"], "sha256": found.render["sha256"], "render_id": found.id}, []


def _unknown(field: str, message: str) -> Fault:
    return Fault(("body", field), message, "value_error")
