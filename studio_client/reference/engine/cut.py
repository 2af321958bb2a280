"""Cuts subject from backdrop at low resolution: seeds, GrabCut, and a second, stricter cut to see how sure
it is.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from studio_client.reference import pixels
from studio_client.reference.pixels import Array

from . import backdrop_model, outline, saliency, shadow_on_wall
from .backdrop_model import Backdrop

WORKING_SIDE = 400
ROUNDS = 4
LEAST_SEED = 0.002
LEAST_ISLAND = 0.04
LEAST_PART = 0.002
SNUG = 0.35
OPEN_ABOVE = 0.3
DEEPEST_DENT = 9.0
LARGEST_DENT = 0.004
CLEARLY = 4.5


@dataclass(frozen=True)
class Cut:
    """`mask`: H × W bool at low resolution; `stability`: 0 to 1, agreement with the stricter cut; `seeds`:
    share of the frame that was taken for subject before cutting; `fine`: where hairs and stems make the
    outline unsure; `shadow`: what may be shadow on the backdrop; `rgb`, `lab` the small picture it was made
    from.
    """

    mask: Array
    stability: float
    seeds: float
    fine: Array
    shadow: Array
    rgb: Array
    lab: Array
    backdrop: Backdrop
    saliency: Array


def cut(rgb: Array) -> Cut:
    """Finds the subject of `rgb` (H × W × 3 uint8). The mask is empty if there are no seeds to start from."""
    small, lab = _smoothed(rgb)
    backdrop = backdrop_model.fit(lab)
    shadow = shadow_on_wall.find(lab, backdrop)
    salient = saliency.measure(lab, backdrop)
    salient = np.where(shadow, salient * 0.2, salient)
    likely, sure = _seeds(salient, backdrop.distance, shadow | backdrop.seam)
    share = float(likely.mean())
    if share < LEAST_SEED:
        empty = np.zeros(lab.shape[:2], np.bool_)
        return Cut(empty, 0.0, share, empty, shadow, small, lab, backdrop, salient)
    flat = _flattened(lab, backdrop)
    mask = _tidied(_grabcut(flat, likely, sure, backdrop, shadow), lab, backdrop, shadow)
    stricter = salient > 0.5 * (float(salient[likely].mean()) + float(salient.max()))
    again = _tidied(
        _grabcut(flat, stricter & likely, sure & stricter, backdrop, shadow), lab, backdrop, shadow
    )
    overlap = _overlap(mask, again)
    if mask.any() and not backdrop.smooth:
        mask = outline.redraw(mask, lab)
    fine = _fine(mask, backdrop, shadow)
    return Cut(mask, overlap, share, fine, shadow, small, lab, backdrop, salient)


def _smoothed(rgb: Array) -> tuple[Array, Array]:
    height, width = rgb.shape[:2]
    scale = pixels.fit_scale(width, height, WORKING_SIDE)
    small = pixels.resize(rgb, max(8, round(width * scale)), max(8, round(height * scale)))
    calm = np.asarray(cv2.bilateralFilter(small, 5, 18.0, 2.0))
    return small, pixels.to_lab(calm)


def _seeds(salient: Array, distance: Array, doubtful: Array) -> tuple[Array, Array]:
    top = float(np.percentile(salient, 99.5))
    threshold = max(0.12, min(0.5, 0.42 * top))
    likely = (salient > threshold) & (distance > 2.2) & ~doubtful
    sure = (salient > max(0.45, 0.8 * top)) & (distance > 4.0) & ~doubtful
    return likely, pixels.shrink(sure, 3)


def _flattened(lab: Array, backdrop: Backdrop) -> Array:
    """Takes the wall's own shading out, so that one colour model fits all of it."""
    if not backdrop.smooth:
        return pixels.from_lab(lab)
    level = backdrop.surface.reshape(-1, 3).mean(axis=0)
    return pixels.from_lab(lab - backdrop.surface + level)


def _grabcut(flat: Array, likely: Array, sure: Array, backdrop: Backdrop, shadow: Array) -> Array:
    if not likely.any():
        return np.zeros(likely.shape, np.bool_)
    guess = np.full(likely.shape, cv2.GC_PR_BGD, np.uint8)
    # What lies among the seeds and differs from the wall must not teach the colours of the wall.
    guess[_hull(likely) & (backdrop.distance > 2.6) & ~shadow] = cv2.GC_PR_FGD
    guess[likely] = cv2.GC_PR_FGD
    guess[sure] = cv2.GC_FGD
    limit = 1.5 if backdrop.smooth else 1.1
    wall = (backdrop.distance < limit) | (shadow & backdrop.smooth)
    guess[wall & ~likely] = cv2.GC_BGD
    guess[backdrop.border & (backdrop.distance < 2.5) & ~sure] = cv2.GC_BGD
    wall_model, subject_model = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(1)
    cv2.grabCut(flat, guess, (0, 0, 1, 1), wall_model, subject_model, ROUNDS, cv2.GC_INIT_WITH_MASK)
    return np.asarray((guess == cv2.GC_FGD) | (guess == cv2.GC_PR_FGD))


def _hull(mask: Array) -> Array:
    """The convex hull of every large part of `mask`, each by itself: several subjects stay several."""
    contours, _ = cv2.findContours(
        pixels.grow(mask, 3).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    filled = np.zeros(mask.shape, np.uint8)
    least = 0.05 * max((cv2.contourArea(contour) for contour in contours), default=0)
    large = [cv2.convexHull(contour) for contour in contours if cv2.contourArea(contour) >= least]
    cv2.drawContours(filled, large, -1, 1, cv2.FILLED)
    return filled.astype(np.bool_)


def _tidied(mask: Array, lab: Array, backdrop: Backdrop, shadow: Array) -> Array:
    """Drops islands and leftover shadow, adds parts that were missed, fills holes that are not backdrop."""
    mask = mask & ~(shadow if backdrop.smooth else shadow_on_wall.hanging_on(mask, shadow, lab))
    if backdrop.smooth:
        # On a quiet wall whatever differs clearly and touches the subject is subject, however thin.
        mask = backdrop_model.reaching(
            mask | ((backdrop.distance > CLEARLY) & ~shadow & ~backdrop.seam), mask
        )
    mask = _without_islands(mask, backdrop)
    if not mask.any():
        return mask
    # The rim of a soft shadow is a little unlike the wall, a little less than shadow is.
    unlike = backdrop.distance > (backdrop_model.NEAR if backdrop.smooth else 2.3)
    mask = _with_missed_parts(mask, unlike & ~shadow)
    notches = pixels.shrink(pixels.grow(mask, 5), 5) & unlike
    mask = mask | (notches & ~shadow if backdrop.smooth else notches)
    mask = mask | _false_holes(mask, backdrop, shadow)
    if not backdrop.smooth:
        mask = mask | _shallow_gaps(mask, unlike)
        # Texture frays the outline; what is left of it after smoothing is shape.
        mask = _without_islands(pixels.blur(mask.astype(np.float32), 1.6) > 0.5, backdrop)
    return mask


def _false_holes(mask: Array, backdrop: Backdrop, shadow: Array) -> Array:
    """Holes through which no wall is seen. One that shows wall stays open as a whole."""
    holes = ~mask & ~backdrop_model.reaching(~mask, _frame(mask.shape))
    limit = 2.2 if backdrop.smooth else 0.9
    wall = _large(holes & ((backdrop.distance < limit) | (shadow & backdrop.smooth)), 0.0006)
    _, labels = cv2.connectedComponents(holes.astype(np.uint8), connectivity=4)
    flat = np.asarray(labels, np.intp).ravel()
    shown = np.bincount(flat, wall.ravel()) / np.bincount(flat)
    return holes & np.isin(labels, np.flatnonzero(shown < OPEN_ABOVE))


def _shallow_gaps(mask: Array, unlike: Array) -> Array:
    """Dents that are not wall: a rim in deep shadow is easily dropped together with the shadow."""
    gaps = _hull(mask) & ~mask & unlike
    _, labels = cv2.connectedComponents(gaps.astype(np.uint8), connectivity=4)
    flat = np.asarray(labels, np.intp).ravel()
    size = np.bincount(flat)
    depth = np.zeros(len(size))
    np.maximum.at(depth, flat, pixels.distance_to(mask).ravel())
    small = (depth <= DEEPEST_DENT) & (size <= LARGEST_DENT * mask.sum()) & (np.arange(len(size)) > 0)
    return np.isin(labels, np.flatnonzero(small))


def _with_missed_parts(mask: Array, unlike: Array) -> Array:
    """Adds what differs from the wall and lies snugly against the subject, such as a handle or a strap."""
    missed = pixels.grow(pixels.shrink(_hull(mask) & unlike & ~mask, 1.5), 1.5) & unlike & ~mask
    _, labels = cv2.connectedComponents(missed.astype(np.uint8), connectivity=4)
    for label in range(1, int(np.max(labels)) + 1):
        part = np.asarray(labels) == label
        ring = pixels.grow(part, 2) & ~part
        if part.sum() >= LEAST_PART * mask.sum() and (ring & mask).sum() >= SNUG * ring.sum():
            mask = mask | part
    return mask


def _frame(shape: tuple[int, ...]) -> Array:
    frame = np.zeros(shape, np.bool_)
    frame[0] = frame[-1] = frame[:, 0] = frame[:, -1] = True
    return frame


def _without_islands(mask: Array, backdrop: Backdrop) -> Array:
    """Keeps large parts; on a quiet wall also small ones near them that differ clearly, such as leaves."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    if count <= 1:
        return mask
    sizes = np.asarray(stats)[:, cv2.CC_STAT_AREA].copy()
    sizes[0] = 0
    kept = np.isin(labels, np.flatnonzero(sizes >= max(LEAST_ISLAND * sizes.max(), 12)))
    if backdrop.smooth:
        near = pixels.grow(_hull(kept), 0.12 * max(mask.shape)) & ~backdrop.border
        clear = backdrop_model.reaching(mask & ~kept, mask & near & (backdrop.distance > 2 * CLEARLY))
        kept = kept | _large(clear, 0.0002)
    return kept


def _fine(mask: Array, backdrop: Backdrop, shadow: Array) -> Array:
    """The surroundings of what is too thin for the mask: hairs, stems, gaps between them."""
    unlike = (backdrop.distance > 3.5) & ~shadow & ~backdrop.seam
    seen = mask | (unlike & pixels.grow(mask, 14))
    solid = pixels.grow(pixels.shrink(seen, 4), 4.6)
    thin = _large(seen & ~solid, 0.0)
    crowded = pixels.box(pixels.grow(thin, 1.5).astype(np.float32), 9) > 0.12
    return np.asarray(pixels.grow(thin, 3.5) & pixels.grow(crowded, 2))


def _large(mask: Array, share: float) -> Array:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    sizes = np.asarray(stats)[:, cv2.CC_STAT_AREA].copy()
    sizes[0] = 0
    return np.isin(labels, np.flatnonzero(sizes >= max(share * mask.size, 6)))


def _overlap(one: Array, other: Array) -> float:
    both = float((one | other).sum())
    return float((one & other).sum()) / both if both else 0.0
