"""Knows when a cut failed: better a refusal that costs nothing than a bad picture."""

from dataclasses import dataclass

import cv2
import numpy as np

from studio_client.reference import pixels

from .cut import Cut
from .task import EngineFailure

LEAST_AREA = 0.004
LARGEST_AREA = 0.9
LARGEST_RIM = 0.72
REFUSE_BELOW = 0.38
DOUBT_BELOW = 0.68
UNCLEAR_EDGE = 0.25
NEARBY = 45.0
LEAST_EDGE = 2.6


@dataclass(frozen=True)
class Judgement:
    """`score` 0 to 1 and what spoke against the cut, worst first."""

    score: float
    reasons: tuple[str, ...]


def judge(cut: Cut) -> Judgement:
    """Raises EngineFailure no_subject, subject_fills_frame or subject_not_separable, before the expensive
    steps.
    """
    area = float(cut.mask.mean())
    if area < LEAST_AREA:
        raise EngineFailure(
            "no_subject",
            "Nothing in the picture stands out from its surroundings",
            "segment",
            ("nothing_salient",),
        )
    if area > LARGEST_AREA or float(cut.mask[cut.backdrop.border].mean()) > LARGEST_RIM:
        raise EngineFailure(
            "subject_fills_frame", "The subject covers the frame's edges", "segment", ("no_border",)
        )
    signs = _signs(cut)
    # One bad sign is enough: the rest can't make up for a missing half.
    score = float(np.sqrt(min(signs.values()) * np.prod(list(signs.values())) ** (1 / len(signs))))
    reasons = tuple(name for name, value in sorted(signs.items(), key=lambda sign: sign[1]) if value < 0.5)
    _refuse_if_bad(score, reasons, "segment")
    return Judgement(score, reasons)


def settle(judgement: Judgement, certainty: float) -> Judgement:
    """The last word, once the matte says how well its edge could be seen. Raises subject_not_separable."""
    score = judgement.score * (0.6 + 0.4 * min(1.0, 1.6 * certainty))
    reasons = judgement.reasons + (("unclear_edge",) if certainty < UNCLEAR_EDGE else ())
    _refuse_if_bad(score, reasons, "matte")
    return Judgement(round(score, 3), reasons)


def _refuse_if_bad(score: float, reasons: tuple[str, ...], stage: str) -> None:
    if score < REFUSE_BELOW:
        message = "The subject can't be told from its backdrop"
        raise EngineFailure("subject_not_separable", message, stage, reasons or ("weak_everywhere",))


def verdict(score: float) -> str:
    """`ok` or `low_confidence`."""
    return "low_confidence" if score < DOUBT_BELOW else "ok"


def _signs(cut: Cut) -> dict[str, float]:
    """Each 0 to 1, 1 is good; the names are the reasons given to the client."""
    return {
        "unstable_outline": _ramp(cut.stability, 0.3, 0.8),
        "weak_contrast_along_edge": _ramp(_edge_contrast(cut), 2.0, 10.0),
        "outline_without_edge": _ramp(_on_edges(cut), 0.3, 0.75),
        "subject_and_backdrop_alike": _ramp(_differing(cut), 0.25, 0.8),
        "parts_left_behind": _ramp(-_left_behind(cut), -0.12, -0.03),
        "scattered_parts": _ramp(_largest_part(cut.mask), 0.02, 0.25),
        "cut_by_frame": _ramp(-float(cut.mask[cut.backdrop.border].mean()), -0.75, -0.25),
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


def _left_behind(cut: Cut) -> float:
    """What is neither backdrop nor shadow but was not cut out, near the subject and relative to it."""
    around = pixels.grow(cut.mask, NEARBY) & ~pixels.grow(cut.mask, 4) & ~cut.shadow
    unexplained = around & (cut.backdrop.distance > 3.5)
    return float(unexplained.sum()) / max(1.0, float(cut.mask.sum()))


def _on_edges(cut: Cut) -> float:
    """Share of the outline that runs along an edge of the picture."""
    calm = pixels.blur(cut.lab, 0.8)
    steps = np.gradient(calm, axis=1) ** 2 + np.gradient(calm, axis=0) ** 2
    strength = np.asarray(cv2.dilate(np.sqrt(steps.sum(axis=-1)).astype(np.float32), np.ones((3, 3))))
    rim = pixels.grow(cut.mask, 1.5) & ~pixels.shrink(cut.mask, 1.5)
    return float((strength[rim] > LEAST_EDGE).mean())


def _largest_part(mask: pixels.Array) -> float:
    """The largest connected part's share of the subject: confetti is rarely a subject."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(pixels.grow(mask, 2).astype(np.uint8), connectivity=8)
    sizes = np.asarray(stats)[1:, cv2.CC_STAT_AREA]
    return float(sizes.max() / sizes.sum())
