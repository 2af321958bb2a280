"""Outcomes on demand: what Studio does with an order whose ``rehearse`` names one.

A picture is drawn and delivered as for any other order; only the source is a photograph of Studio's own.
"""

import asyncio
from collections.abc import Callable, Collection
from typing import Any

from studio_client.reference.checks import Invalid
from studio_client.reference.codes import Failed

REFUSED, UNUSABLE, HANG, MISSING = "refused", "studio_unknown", "hang", "result_missing"
SLOW, DOUBTFUL, AFTER_RETRY = "success_slow", "low_confidence", "success_after_retry"

# Where each of the protocol's terminal codes arises, and in which words.
_ENDS = {
    "animated_not_supported": ("load", "the picture is animated"),
    "background_not_found": ("fetch_background", "the background is not there"),
    "cancelled": ("segment", "cancelled at Studio"),
    "deadline_exceeded": ("segment", "not done before the deadline"),
    "engine_unavailable": ("load", "there is no such engine"),
    "image_corrupt": ("load", "the picture is truncated or damaged"),
    "image_too_large": ("fetch_source", "the picture has too many bytes"),
    "invalid_preset": ("load", "no picture can be written like this"),
    "invalid_spec": ("background", "no backdrop can be made from this"),
    "no_subject": ("segment", "there is no subject in the picture"),
    "sha256_mismatch": ("fetch_source", "the source is not the picture that was meant"),
    "source_forbidden": ("fetch_source", "the source may not be fetched"),
    "source_not_found": ("fetch_source", "the source is not there"),
    "subject_fills_frame": ("segment", "the subject leaves no room around it"),
    "subject_not_separable": ("segment", "the subject can't be told from what is behind it"),
    "too_heavy": ("matte", "the picture needs more than a job may have"),
    "too_many_pixels": ("load", "the picture has too many pixels"),
    "unknown_workflow": ("load", "there is no such workflow"),
    "unsupported_format": ("load", "the file is none of the formats that are read"),
}
_REASONS = {"subject_not_separable": ("low_contrast",), "too_heavy": ("engine_timeout",)}

NAMES = tuple(sorted([*_ENDS, "success", SLOW, DOUBTFUL, AFTER_RETRY, REFUSED, UNUSABLE, HANG, MISSING]))

# Of a slow success: each stage, and how far the job is at its beginning.
_SLOWLY = {"load": 0.1, "background": 0.2, "segment": 0.3, "matte": 0.5, "compose": 0.7, "encode": 0.85}
_STEP_S = 0.6
_ONCE = "engine_timeout"

Report = Callable[[str, float], None]


class Unusable(Exception):
    """The answer to this order is to be one that nobody can use."""


def at_the_door(name: str | None, *, allowed: bool) -> None:
    """What happens before the order is taken; raises ``Invalid`` or :class:`Unusable`."""
    if name is None:
        return
    if not allowed:
        raise Invalid("/rehearse", "this Studio does not rehearse")
    if name == REFUSED:
        raise Invalid("/rehearse", "refused, as the rehearsal asks")
    if name == UNUSABLE:
        raise Unusable


async def before_drawing(name: str, spent: Collection[str], report: Report) -> None:
    """What comes before a picture, if one comes at all; raises ``Failed``, or waits to be ended from outside.

    ``spent`` holds the codes that have had their one more try.
    """
    if name in _ENDS:
        stage, message = _ENDS[name]
        report(stage, 0.1)
        raise Failed(name, f"Rehearsed: {message}", stage, _REASONS.get(name, ()))
    if name == AFTER_RETRY and _ONCE not in spent:
        report("segment", 0.3)
        raise Failed(_ONCE, "Rehearsed: the engine took too long, this once", "segment")
    if name == HANG:
        report("segment", 0.3)
        await asyncio.Event().wait()
    if name == SLOW:
        for stage, progress in _SLOWLY.items():
            report(stage, progress)
            await asyncio.sleep(_STEP_S)


def judged(name: str, result: dict[str, Any]) -> dict[str, Any]:
    """The engine's result, with the doubts that the rehearsal asks for."""
    if name != DOUBTFUL:
        return result
    return {**result, "confidence": 0.5, "verdict": "low_confidence", "warnings": ["low_contrast"]}
