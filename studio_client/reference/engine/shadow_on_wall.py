"""Finds the shadow a subject throws on its old backdrop, which must not come along."""

import cv2
import numpy as np

from studio_client.reference import pixels
from studio_client.reference.pixels import Array

from . import backdrop_model
from .backdrop_model import Backdrop

DARKEST = 0.3
HUE_TOLERANCE = 0.16
BUSY_DARKEST = 0.015
BUSY_TOLERANCE = 0.9
LEAST_CHROMA = 12
NO_HUE = 5.0
NO_SHADOW_BELOW = 1.5
LEAST_RIM = 0.15
INNER_EDGE = 1.3
# Change of log light per pixel at 400 px: a shadow's edge is softer than an object's.
SOFTEST_EDGE = 0.055


def find(lab: Array, backdrop: Backdrop) -> Array:
    """A mask of pixels that look like the wall in less light and can be reached from the wall without an
    edge.
    """
    if not backdrop.smooth:
        return _darker_colours(lab, backdrop)
    light = pixels.to_linear(pixels.from_lab(lab)) + 0.01
    allowed = np.zeros(lab.shape[:2], np.bool_)
    for surface in backdrop.surfaces:
        allowed |= _darkened(light, pixels.to_linear(pixels.from_lab(surface)) + 0.01)
    wall_seen = _wall_seen(backdrop)
    return np.asarray(backdrop_model.reaching(allowed | wall_seen, wall_seen) & allowed & ~wall_seen)


def _darkened(light: Array, wall: Array) -> Array:
    ratio = np.log(light / wall)
    tint = ratio.max(axis=-1) - ratio.min(axis=-1)
    darker = ratio.mean(axis=-1)
    soft = _gradient(pixels.blur(darker.astype(np.float32), 0.8)) < SOFTEST_EDGE
    return np.asarray((tint < HUE_TOLERANCE) & (darker < 0.03) & (darker > np.log(DARKEST)) & soft)


def _wall_seen(backdrop: Backdrop) -> Array:
    """What is wall beyond doubt: all that hangs together with the border, and large patches seen through
    holes.
    """
    near = backdrop.distance < backdrop_model.NEAR
    outer = backdrop_model.reaching(near, backdrop.border)
    patches = pixels.shrink(backdrop.distance < 0.6 * backdrop_model.NEAR, 2.5) & ~outer
    return outer | backdrop_model.reaching(near, patches)


def _darker_colours(lab: Array, backdrop: Backdrop) -> Array:
    """On a busy backdrop an edge says nothing; a darker shade of one of its own colours may be its shadow.

    Only of a real colour: every grey is a darker shade of another grey.
    """
    light = pixels.to_linear(pixels.from_lab(lab)) + 0.006
    found = np.zeros(lab.shape[:2], np.bool_)
    for colour in backdrop.colours:
        if np.hypot(colour[1], colour[2]) < LEAST_CHROMA:
            continue
        ratio = np.log(light / (pixels.to_linear(pixels.from_lab(colour.reshape(1, 1, 3))) + 0.006))
        tint = ratio.max(axis=-1) - ratio.min(axis=-1)
        darker = ratio.mean(axis=-1)
        found |= (tint < BUSY_TOLERANCE) & (darker < -0.1) & (darker > np.log(BUSY_DARKEST))
    # Near black there is no hue left to tell shades apart by.
    return (found | (lab[..., 0] < NO_HUE)) & (backdrop.distance > NO_SHADOW_BELOW)


def hanging_on(mask: Array, doubtful: Array, lab: Array) -> Array:
    """The doubtful parts of `mask` along its rim whose edge is softer outward than towards the subject."""
    core = pixels.grow(pixels.shrink(mask & pixels.shrink(pixels.grow(doubtful, 2), 2), 2), 2) & mask
    edge = _gradient(pixels.blur(np.log(lab[..., 0] + 6), 0.7))
    _, labels = cv2.connectedComponents(core.astype(np.uint8), connectivity=4)
    drop = np.zeros(mask.shape, np.bool_)
    for label in range(1, int(np.max(labels)) + 1):
        part = np.asarray(labels) == label
        ring = pixels.grow(part, 2.5) & ~pixels.shrink(part, 1.5)
        near_outside = pixels.grow(~mask, 3)
        outward, inward = ring & near_outside, ring & mask & ~near_outside
        if outward.sum() < LEAST_RIM * max(1, int(ring.sum())) or not inward.any():
            continue
        if edge[inward].mean() > INNER_EDGE * edge[outward].mean():
            drop |= part
    return drop


def _gradient(plane: Array) -> Array:
    across = np.gradient(plane, axis=1)
    down = np.gradient(plane, axis=0)
    return np.asarray(np.hypot(across, down))
