"""What the backdrop of a picture looks like, learnt from its top, left and right edges.

A smooth wall is a polynomial surface in Lab; a busy one a few border colours with their own spread.
The bottom edge is left out, since that is where subjects stand.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from studio_client.reference.pixels import Array

# Below this spread (Lab units) differences are sensor noise and compression, not colour.
LEAST_SPREAD = 1.6
INLIER = 6.0
SMOOTH_SHARE = 0.62
NEAR = 3.0
COLOURS = 5
WIDEST_SPREAD = 7.0


@dataclass(frozen=True)
class Backdrop:
    """`surface`: H × W × 3 Lab, the wall behind the subject; `distance`: H × W, how many spreads a pixel
    differs.

    `spread` is in Lab units. `smooth` says whether the surface explains the border; `border` which pixels
    were used; `colours` are the border's own colours (N × 3 Lab).
    """

    surface: Array
    distance: Array
    spread: float
    smooth: bool
    border: Array
    colours: Array


def fit(lab: Array) -> Backdrop:
    """Learns the backdrop of `lab` (H × W × 3, at most some 400 px, already smoothed)."""
    border = edges(lab.shape[0], lab.shape[1])
    terms = _terms(lab.shape[0], lab.shape[1])
    surface = _fitted(lab, terms, border)
    explained = float((residual(lab, surface)[border] < INLIER).mean())
    smooth = explained >= SMOOTH_SHARE
    region = border
    if smooth:
        surface, region = _grown(lab, terms, border, surface)
    miss = residual(lab, surface)
    spread = max(LEAST_SPREAD, 1.5 * float(np.median(miss[region])))
    distance = miss / spread
    nearest, colours = _colour_distance(lab, border)
    if explained < 0.9:
        distance = np.minimum(distance, nearest) if smooth else nearest
    return Backdrop(surface, distance.astype(np.float32), spread, smooth, border, colours)


def edges(height: int, width: int) -> Array:
    """The band along top, left and right as a mask."""
    band = max(3, round(0.025 * max(height, width)))
    mask = np.zeros((height, width), np.bool_)
    mask[:band] = mask[:, :band] = mask[:, -band:] = True
    return mask


def reaching(mask: Array, seeds: Array) -> Array:
    """The connected parts of `mask` that contain a pixel of `seeds`."""
    _, labels = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)
    touched = np.unique(np.asarray(labels)[seeds & mask])
    return np.isin(labels, touched[touched > 0])


def _terms(height: int, width: int) -> Array:
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    planes = [np.ones_like(x), x, y, x * x, x * y, y * y, x**3, y**3]
    return np.stack(planes, axis=-1)


def residual(lab: Array, surface: Array) -> Array:
    """How far each pixel is from the wall, in Lab units."""
    difference = lab - surface
    # Light falls off across a wall, so lightness may differ more than hue.
    weighted = difference * np.array([0.75, 1.15, 1.15], np.float32)
    return np.asarray(np.sqrt((weighted**2).sum(axis=-1)))


def _fitted(lab: Array, terms: Array, where: Array, degree_terms: int = 6) -> Array:
    """Cauchy-weighted least squares, so that whatever else touches the border does not bend the wall."""
    basis, colour = terms[where][:, :degree_terms], lab[where]
    step = max(1, len(basis) // 6000)
    basis, colour = basis[::step], colour[::step]
    weight = np.ones(len(basis), np.float32)
    solved = np.zeros((degree_terms, 3), np.float32)
    target = colour - np.median(colour, axis=0)
    for _ in range(12):
        scaled = basis * weight[:, None]
        ridge = np.diag([1e-4] + [1e-2] * (degree_terms - 1)) * len(basis)
        solved = np.linalg.solve(scaled.T @ basis + ridge, scaled.T @ target).astype(np.float32)
        miss = np.sqrt(((target - basis @ solved) ** 2).sum(axis=1))
        scale = max(1.0, 1.5 * float(np.median(miss)))
        weight = (1 / (1 + (miss / scale) ** 2)).astype(np.float32)
    return np.asarray(terms[..., :degree_terms] @ solved + np.median(colour, axis=0), np.float32)


def _grown(lab: Array, terms: Array, border: Array, surface: Array) -> tuple[Array, Array]:
    """Lets the wall grow inward from the border and fits it again to all that it reached."""
    region = border
    for _ in range(4):
        miss = residual(lab, surface)
        spread = max(LEAST_SPREAD, 1.5 * float(np.median(miss[region])))
        reached = reaching(miss < NEAR * spread, border)
        if reached.sum() < 0.3 * border.sum():
            break
        region = reached
        surface = _fitted(lab, terms, region, terms.shape[-1])
    return surface, region


def _colour_distance(lab: Array, border: Array) -> tuple[Array, Array]:
    """Mahalanobis distance to the nearest of the border's colours, and those colours."""
    samples = lab[border].astype(np.float32)
    samples = samples[:: max(1, len(samples) // 5000)]
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.5)
    _, labels, _ = cv2.kmeans(samples, COLOURS, np.empty(0, np.int32), criteria, 2, cv2.KMEANS_PP_CENTERS)
    member = np.asarray(labels).ravel()
    nearest = np.full(lab.shape[:2], np.inf, np.float32)
    colours = []
    for cluster in range(COLOURS):
        own = samples[member == cluster]
        if len(own) < 0.04 * len(samples):
            continue
        colours.append(own.mean(axis=0))
        square = (((lab - own.mean(axis=0)) @ _whitening(own)) ** 2).sum(axis=-1)
        nearest = np.minimum(nearest, np.sqrt(square).astype(np.float32))
    return nearest, np.array(colours)


def _whitening(samples: Array) -> Array:
    """Scales the cluster's axes to one; a cluster that mixes two colours mustn't swallow all between them."""
    variance, axes = np.linalg.eigh(np.cov(samples.T))
    spread = np.clip(np.sqrt(np.maximum(variance, 0)), LEAST_SPREAD, WIDEST_SPREAD)
    return np.asarray(axes / spread, np.float32)
