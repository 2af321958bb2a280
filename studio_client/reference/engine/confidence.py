"""Knows when a cut failed: better a refusal that costs nothing than a bad picture."""

from dataclasses import dataclass

import numpy as np

from studio_client.reference import pixels

from .cut import Cut
from .task import EngineFailure

LEAST_AREA = 0.004
LARGEST_AREA = 0.93
LARGEST_RIM = 0.72
REFUSE_BELOW = 0.34
DOUBT_BELOW = 0.6


@dataclass(frozen=True)
class Judgement:
    """`score` 0 to 1 and what spoke against the cut, worst first."""

    score: float
    reasons: tuple[str, ...]


def judge(cut: Cut) -> Judgement:
    """Raises EngineFailure no_subject, subject_fills_frame or subject_not_separable, before the expensive steps."""
    area = float(cut.mask.mean())
    if area < LEAST_AREA:
        raise EngineFailure(
            "no_subject", "Nothing in the picture stands out from its surroundings", "segment", ("nothing_salient",)
        )
    rim = float(cut.mask[cut.backdrop.border].mean())
    if area > LARGEST_AREA or rim > LARGEST_RIM:
        raise EngineFailure(
            "subject_fills_frame", "The subject covers the frame's edges: no backdrop is left", "segment", ("no_border",)
        )
    signs = _signs(cut)
    score = float(np.prod(list(signs.values())) ** (1 / len(signs)))
    reasons = tuple(name for name, value in sorted(signs.items(), key=lambda sign: sign[1]) if value < 0.5)
    if score < REFUSE_BELOW:
        code, message = "subject_not_separable", "The subject can't be told from its backdrop"
        raise EngineFailure(code, message, "segment", reasons or ("weak_everywhere",))
    return Judgement(score, reasons)


def verdict(score: float) -> str:
    """`ok` or `low_confidence`."""
    return "low_confidence" if score < DOUBT_BELOW else "ok"


def _signs(cut: Cut) -> dict[str, float]:
    """Each 0 to 1, 1 is good; the names are the reasons given to the client."""
    return {
        "unstable_outline": _ramp(cut.stability, 0.35, 0.9),
        "weak_contrast_along_edge": _ramp(_edge_contrast(cut), 2.0, 12.0),
        "subject_and_backdrop_alike": _ramp(_differing(cut), 0.25, 0.8),
        "scattered_parts": _ramp(_compactness(cut), 0.03, 0.3),
        "cut_by_frame": _ramp(1 - float(cut.mask[cut.backdrop.border].mean()), 0.25, 0.75),
    }


def _ramp(value: float, low: float, high: float) -> float:
    return float(np.clip((value - low) / (high - low), 0.02, 1))


def _edge_contrast(cut: Cut) -> float:
    """Median Lab difference between just inside and just outside the outline."""
    inner = cut.mask & ~pixels.shrink(cut.mask, 4) & pixels.shrink(cut.mask, 1)
    outer = pixels.grow(cut.mask, 5) & ~pixels.grow(cut.mask, 1)
    if not inner.any() or not outer.any():
        return 0.0
    subject, wall = _filled(cut.lab, inner), _filled(cut.lab, outer)
    rim = pixels.grow(cut.mask, 1) & ~pixels.shrink(cut.mask, 1)
    return float(np.median(np.linalg.norm(subject - wall, axis=-1)[rim]))


def _filled(lab: pixels.Array, known: pixels.Array) -> pixels.Array:
    weight = known.astype(np.float32)
    return np.asarray(pixels.box(lab * weight[..., None], 5) / (pixels.box(weight, 5)[..., None] + 1e-4))


def _differing(cut: Cut) -> float:
    """Share of the subject that the backdrop model can't explain."""
    return float((cut.backdrop.distance[cut.mask] > 2.5).mean())


def _compactness(cut: Cut) -> float:
    """Area over squared outline, 1 for a disc: confetti is rarely a subject."""
    rim = float((cut.mask & ~pixels.shrink(cut.mask, 1)).sum())
    return float(4 * np.pi * cut.mask.sum()) / max(rim**2, 1.0)
