"""Finds what the low-resolution mask can't show: hairs that leave the subject, and wall that shows between
them.
"""

import numpy as np

from studio_client.reference import pixels
from studio_client.reference.pixels import Array

from . import backdrop_model
from .cut import Cut

WALL_BELOW = 2.5
HAIR_ABOVE = 4.0
# In pixels of the low-resolution mask.
REACH = 13.0
MARGIN = 1.5
ROOTS = 7.0
# Outlines per window; a clean edge has one, seen from both sides.
CROWDED = 2.6


def find(rgb: Array, solid: Array, cut: Cut) -> Array:
    """Where the outline is unsure, as a mask of the size of `rgb`. `solid` is the mask at that size."""
    height, width = rgb.shape[:2]
    fine = np.asarray(pixels.enlarge(cut.fine.astype(np.float32), width, height) > 0.2)
    if not cut.backdrop.smooth:
        return fine
    scale = max(height, width) / max(cut.mask.shape)
    unlike = _unlike_the_wall(rgb, cut)
    shaded = np.asarray(pixels.enlarge(cut.shadow.astype(np.float32), width, height) > 0)
    seam = np.asarray(pixels.enlarge(cut.backdrop.seam.astype(np.float32), width, height) > 0)
    depth, away = pixels.distance_to(~solid), pixels.distance_to(solid)
    wall = (unlike < WALL_BELOW) & (depth < REACH * scale)
    gaps = backdrop_model.reaching(wall, wall & ~solid) & solid
    hair = (unlike > HAIR_ABOVE) & ~shaded & ~seam & (away < REACH * scale)
    loose = backdrop_model.reaching(hair | solid, solid) & ~solid
    unsure = pixels.grow(gaps | loose, MARGIN * scale) | fine
    return np.asarray(unsure | _roots(gaps, loose, scale) & (depth < REACH * scale))


def _roots(gaps: Array, loose: Array, scale: float) -> Array:
    """Where outlines crowd there is fur, and it begins deeper than wall can be seen."""
    lines = (gaps & ~pixels.shrink(gaps, 1)) | (loose & ~pixels.shrink(loose, 1))
    reach = max(3, round(6 * scale))
    crowded = pixels.box(lines.astype(np.float32), reach) > CROWDED / (2 * reach + 1)
    return pixels.grow(crowded, ROOTS * scale)


def _unlike_the_wall(rgb: Array, cut: Cut) -> Array:
    height, width = rgb.shape[:2]
    lab = pixels.to_lab(pixels.blur(rgb, 0.7))
    surface = pixels.enlarge(cut.backdrop.surface, width, height)
    spread = pixels.enlarge(cut.backdrop.spread, width, height)
    return np.asarray(backdrop_model.residual(lab, surface) / spread)
