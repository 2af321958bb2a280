"""How likely each superpixel is to be the subject: contrast against what is connected to the border.

After Zhu, Liang, Wei and Sun, "Saliency Optimization from Robust Background Detection" (CVPR 2014).
"""

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import shortest_path
from skimage.segmentation import slic

from studio_client.reference import pixels
from studio_client.reference.pixels import Array

from .backdrop_model import Backdrop

SEGMENTS = 260
GEODESIC = 9.0
NEIGHBOURHOOD = 0.28


def measure(lab: Array, backdrop: Backdrop) -> Array:
    """H × W float32, 0 to 1. What has the backdrop's colour is no subject, even where it is enclosed (a
    ring).
    """
    labels = slic(
        lab,
        n_segments=SEGMENTS,
        compactness=14,
        max_num_iter=6,
        start_label=0,
        convert2lab=False,
        channel_axis=-1,
    )
    count = int(labels.max()) + 1
    size = np.bincount(labels.ravel(), minlength=count)
    colour = _means(labels, lab, size)
    place = _means(labels, _positions(lab.shape[0], lab.shape[1]), size)
    on_border = np.zeros(count, np.bool_)
    on_border[labels[0]] = on_border[labels[:, 0]] = on_border[labels[:, -1]] = True
    one, other = _neighbours(labels)
    background = _background(colour, on_border, one, other)
    contrast = _contrast(colour, place, background)
    value = _optimised(contrast, background, colour, one, other)
    gate = 1 / (1 + np.exp(-(backdrop.distance - 2.6) * 1.6))
    spread = pixels.blur(value[labels].astype(np.float32), 1.5)
    return np.asarray(spread * gate, np.float32)


def _positions(height: int, width: int) -> Array:
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / max(height, width)
    return np.stack([x, y], axis=-1)


def _means(labels: Array, planes: Array, size: Array) -> Array:
    flat = labels.ravel()
    sums = [np.bincount(flat, planes[..., c].ravel(), minlength=len(size)) for c in range(planes.shape[-1])]
    return np.stack(sums, axis=1) / np.maximum(size, 1)[:, None]


def _neighbours(labels: Array) -> tuple[Array, Array]:
    across = np.stack([labels[:, :-1].ravel(), labels[:, 1:].ravel()])
    down = np.stack([labels[:-1].ravel(), labels[1:].ravel()])
    pairs = np.concatenate([across, down], axis=1)
    pairs = np.sort(pairs[:, pairs[0] != pairs[1]], axis=0)
    unique = np.unique(pairs, axis=1)
    return unique[0], unique[1]


def _background(colour: Array, on_border: Array, one: Array, other: Array) -> Array:
    """Boundary connectivity: how much of a segment's homogeneous region lies along the border."""
    rim = np.flatnonzero(on_border)
    first, second = np.meshgrid(rim, rim)
    upper = first < second
    one, other = np.concatenate([one, first[upper]]), np.concatenate([other, second[upper]])
    step = np.linalg.norm(colour[one] - colour[other], axis=1)
    # A free step would vanish from a sparse matrix.
    graph = coo_matrix((np.maximum(step - 1.5, 1e-6), (one, other)), shape=(len(colour), len(colour)))
    near = np.exp(-(shortest_path(graph, directed=False) ** 2) / (2 * GEODESIC**2))
    connectivity = near[:, rim].sum(axis=1) / np.sqrt(near.sum(axis=1))
    return np.asarray(1 - np.exp(-(connectivity**2) / 2))


def _contrast(colour: Array, place: Array, background: Array) -> Array:
    difference = np.linalg.norm(colour[:, None] - colour[None], axis=-1)
    apart = np.linalg.norm(place[:, None] - place[None], axis=-1)
    seen = (difference * np.exp(-(apart**2) / (2 * NEIGHBOURHOOD**2))) @ background
    return np.asarray(seen / max(float(seen.max()), 1e-6))


def _optimised(contrast: Array, background: Array, colour: Array, one: Array, other: Array) -> Array:
    """Three wishes at once: backgrounds 0, contrasts 1, alike neighbours alike."""
    count = len(colour)
    alike = np.exp(-(np.linalg.norm(colour[one] - colour[other], axis=1) ** 2) / (2 * GEODESIC**2)) + 0.05
    pull = np.zeros((count, count))
    pull[one, other] = alike
    pull += pull.T
    system = np.diag(5 * background + contrast + pull.sum(axis=1)) - pull
    value = np.linalg.solve(system, contrast)
    return np.asarray(np.clip((value - value.min()) / max(float(np.ptp(value)), 1e-6), 0, 1))
