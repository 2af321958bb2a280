"""What the backdrop of a picture looks like, learnt from its top, left and right edges.

A smooth wall is a polynomial surface in Lab; a busy one a few border colours with their own spread.
The bottom edge is left out, since that is where subjects stand.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from studio_client.reference import pixels
from studio_client.reference.pixels import Array

# Below this spread (Lab units) differences are sensor noise and compression, not colour.
LEAST_SPREAD = 1.6
INLIER = 6.0
SMOOTH_SHARE = 0.62
WELL_EXPLAINED = 0.9
# In band pixels per side of the frame: less is something that only leans into the picture.
LEAST_FLOOR = 0.15
HIGHEST_FLOOR = 0.3
SEAM = 4.0
NEAR = 3.0
COLOURS = 5
WIDEST_SPREAD = 7.0


@dataclass(frozen=True)
class Backdrop:
    """What is behind the subject, everywhere in the frame.

    `surface`: H × W × 3 Lab, and `surfaces` what it was put together from. `spread`: H × W, Lab units, how
    far it strays from that by itself. `distance`: H × W, how many spreads a pixel differs. `smooth` says
    whether surfaces explain the border. `border`: the pixels all this was learnt from, and `colours` their
    own (N × 3 Lab). `seam`: where wall and floor meet.
    """

    surface: Array
    surfaces: tuple[Array, ...]
    spread: Array
    distance: Array
    smooth: bool
    border: Array
    colours: Array
    seam: Array


@dataclass(frozen=True)
class _Wall:
    surface: Array
    region: Array
    spread: float


def fit(lab: Array) -> Backdrop:
    """Learns the backdrop of `lab` (H × W × 3, at most some 400 px, already smoothed)."""
    border = edges(lab.shape[0], lab.shape[1])
    terms = _terms(lab.shape[0], lab.shape[1])
    first = _fitted(lab, terms, border)
    known = residual(lab, first) < INLIER
    walls = [_grown(lab, terms, border, first)] if known[border].mean() >= SMOOTH_SHARE else []
    floor = _floor(lab, terms, border & ~known)
    if floor is not None and walls:
        walls.append(floor)
    nearest, colours = _colour_distance(lab, border)
    if not walls:
        nowhere = np.zeros_like(border)
        return Backdrop(first, (first,), np.ones_like(nearest), nearest, False, border, colours, nowhere)
    surface, spread, seam = _joined(lab, walls)
    distance = residual(lab, surface) / spread
    if seam.any():
        distance = np.where(seam, np.minimum(distance, _between(lab, walls) / spread), distance)
    if known[border].mean() < WELL_EXPLAINED:
        distance = np.minimum(distance, nearest)
    surfaces = tuple(wall.surface for wall in walls)
    return Backdrop(surface, surfaces, spread, distance.astype(np.float32), True, border, colours, seam)


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


def _grown(lab: Array, terms: Array, border: Array, surface: Array) -> _Wall:
    """Lets the wall grow inward from the border and fits it again to all that it reached."""
    region = border
    for _ in range(4):
        miss = residual(lab, surface)
        reached = reaching(miss < NEAR * _spread(miss, region), border)
        if reached.sum() < 0.3 * border.sum():
            break
        region = reached
        surface = _fitted(lab, terms, region, terms.shape[-1])
    return _Wall(surface, region, _spread(residual(lab, surface), region))


def _spread(miss: Array, region: Array) -> float:
    return max(LEAST_SPREAD, 1.5 * float(np.median(miss[region])))


def _floor(lab: Array, terms: Array, rest: Array) -> _Wall | None:
    """A second surface for what the wall leaves of the border, if it lies below and on both sides."""
    rows = np.nonzero(rest)[0]
    if not len(rows) or np.percentile(rows, 20) < HIGHEST_FLOOR * rest.shape[0]:
        return None
    half = rest.shape[1] // 2
    if min(rest[:, :half].sum(), rest[:, half:].sum()) < LEAST_FLOOR * max(rest.shape):
        return None
    surface = _fitted(lab, terms, rest, 3)
    miss = residual(lab, surface)
    fits = rest & (miss < 1.5 * INLIER)
    if fits.sum() < SMOOTH_SHARE * rest.sum() or not (fits[:, :half].any() and fits[:, half:].any()):
        return None
    return _grown(lab, terms[..., :6], fits, surface)


def _joined(lab: Array, walls: list[_Wall]) -> tuple[Array, Array, Array]:
    """Surface, spread and seam of wall and floor together; behind the subject the nearer one goes on."""
    first = walls[0]
    spread = np.full(first.region.shape, first.spread, np.float32)
    if len(walls) == 1:
        return first.surface, spread, np.zeros_like(first.region)
    second = walls[1]
    lower = pixels.distance_to(second.region) < pixels.distance_to(first.region)
    seam = pixels.grow(lower, SEAM) & pixels.grow(~lower, SEAM)
    misses = [residual(lab, wall.surface) / wall.spread for wall in walls]
    # A part of one that lies among the other, as wall in the crook of a handle, is known by its colour.
    clear = np.minimum(*misses) < NEAR
    lower = np.where(clear, misses[1] < misses[0], lower)
    surface = np.where(lower[..., None], second.surface, first.surface)
    return surface, np.where(lower, np.float32(second.spread), spread), seam


def _between(lab: Array, walls: list[_Wall]) -> Array:
    """How far each pixel is from any mixture of the two surfaces, as the blurred seam is one."""
    start = walls[0].surface
    line = walls[1].surface - start
    share = ((lab - start) * line).sum(axis=-1) / np.maximum((line**2).sum(axis=-1), 1e-3)
    return residual(lab, start + np.clip(share, 0, 1)[..., None] * line)


def _colour_distance(lab: Array, border: Array) -> tuple[Array, Array]:
    """Mahalanobis distance to the nearest of the border's colours, and those colours."""
    samples = lab[border].astype(np.float32)
    samples = samples[:: max(1, len(samples) // 5000)]
    cv2.setRNGSeed(1)
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
