"""Rehearsals: outcomes that a test key can ask for by name, so that a client can try how it handles each.

They are played by Studio; the gateway accepts, charges, dispatches, follows and settles them like any job.
`docs/test-mode.md` shows the same list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from assets import keys
from clients.callers import Caller

FOLDER = "magic/"
SHORT = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What happens, in a sentence, and how the job ends: SUCCESS, or a FAILURE with this error code."""

    what: str
    ends: str
    deadline: timedelta | None = None


_NO_ANSWER = "studio_unknown"
_SUCCESSES = {
    "success": Rehearsal("A photograph of Studio's own is put on your background.", "SUCCESS"),
    "success_slow": Rehearsal("The same, told stage by stage over some seconds.", "SUCCESS"),
    "success_after_retry": Rehearsal("The engine times out once, is asked again, and succeeds.", "SUCCESS"),
    "low_confidence": Rehearsal(
        "The same, delivered with doubts: the `succeeded` event has `low_confidence` among its warnings.",
        "SUCCESS",
    ),
}
_OF_THE_GATEWAY = {
    "refused": Rehearsal("Studio refuses the order when it is handed over.", "INVALID_REQUEST"),
    "hang": Rehearsal("Studio begins and is not done by the deadline, 5 s.", "DEADLINE_EXCEEDED", SHORT),
    _NO_ANSWER: Rehearsal("Studio gives no usable answer until the deadline, 5 s.", "STUDIO_UNKNOWN", SHORT),
    "result_missing": Rehearsal("Studio reports a picture and delivers none.", "RESULT_MISSING"),
}
_CODES = {
    "animated_not_supported": "The source image is animated.",
    "background_not_found": "The background's picture is not there.",
    "cancelled": "The job is cancelled at Studio.",
    "deadline_exceeded": "Studio says at once that the deadline has passed.",
    "engine_unavailable": "Studio lacks the engine.",
    "image_corrupt": "The source image is truncated or damaged.",
    "image_too_large": "The source image has too many bytes.",
    "invalid_preset": "Studio can't write what the output preset describes.",
    "invalid_spec": "Studio can't make a backdrop from the spec.",
    "no_subject": "There is no subject in the source image.",
    "sha256_mismatch": "The source image changed since it was looked into.",
    "source_forbidden": "Studio may not fetch the source image.",
    "source_not_found": "The source image is no longer there.",
    "subject_fills_frame": "The subject leaves no room around it.",
    "subject_not_separable": "The subject can't be told from what is behind it.",
    "too_heavy": "The picture needs more time or memory than a job may have.",
    "too_many_pixels": "The source image has too many pixels.",
    "unknown_workflow": "Studio does not know the workflow.",
    "unsupported_format": "The source image is in no format that Studio reads.",
}
ALL = {
    **_SUCCESSES,
    **_OF_THE_GATEWAY,
    **{code: Rehearsal(what, code.upper()) for code, what in _CODES.items()},
}


def named(caller: Caller, key: str) -> str | None:
    """The name in a magic key, known or not; None for every other key, and for every key of a live caller."""
    if caller.livemode:
        return None
    try:
        own_key = keys.own(caller.storage_prefix, key)
    except keys.KeyRefused:
        return None
    folder = caller.storage_prefix + FOLDER
    return own_key.removeprefix(folder) if own_key.startswith(folder) else None


def of(inputs: Mapping[str, Any]) -> str | None:
    """What a job with these frozen inputs rehearses."""
    source = inputs.get("source") or {}
    name: str | None = source.get("rehearsal")
    return name


def deadline(inputs: Mapping[str, Any]) -> timedelta | None:
    """How long a job with these frozen inputs may take, where its rehearsal says so."""
    name = of(inputs)
    return ALL[name].deadline if name in ALL else None


def wants_no_answer(inputs: Mapping[str, Any]) -> bool:
    """Whether Studio is to give no usable answer to a job with these frozen inputs."""
    return of(inputs) == _NO_ANSWER
