"""Makes the subject belong: contact shadow, a gentle shift of colour, light of the background around its
edge.

All in linear light; subject colours are premultiplied by alpha.
"""

import cv2
import numpy as np

from studio_client.reference import pixels
from studio_client.reference.pixels import Array

from .place import Placed
from .task import Options

LARGEST_LIGHTNESS_SHIFT = 4.0
LARGEST_HUE_SHIFT = 5.0
WRAP = 0.05


def compose(placed: Placed, background: Array, options: Options) -> tuple[Array, tuple[str, ...]]:
    """The finished picture (H × W × 3 uint8) of the subject on `background` (same size, uint8), and what
    was done.
    """
    applied = ["cutout"]
    behind = pixels.to_linear(background)
    colour = placed.colour
    if options.harmonise:
        colour = _harmonised(colour, placed.alpha, background)
        applied.append("harmonise")
    if options.shadow and "bottom" not in placed.touches:
        behind = behind * (1 - shadow(placed)[..., None])
        applied.append("shadow")
    if options.light_wrap:
        colour = colour + _wrapped(placed.alpha, behind)
        applied.append("light_wrap")
    mixed = colour + behind * (1 - placed.alpha)[..., None]
    return pixels.to_srgb(mixed), tuple(applied)


def shadow(placed: Placed) -> Array:
    """How much light the subject takes from what it stands on: H × W, 0 to 1."""
    alpha, height = placed.alpha, placed.alpha.shape[0]
    columns = np.flatnonzero((alpha > 0.5).any(axis=0))
    if not len(columns):
        return np.zeros_like(alpha)
    wide = float(columns[-1] - columns[0] + 1)
    contact = _contact(alpha, placed.floor, wide)
    soft = pixels.blur(contact, 0.075 * wide, 0.026 * wide + 0.004 * height)
    tight = pixels.blur(contact, 0.018 * wide, 0.007 * wide + 0.0015 * height)
    soft, tight = soft / max(float(soft.max()), 1e-6), tight / max(float(tight.max()), 1e-6)
    pool = _pool(placed, wide)
    return np.asarray(1 - (1 - 0.5 * soft) * (1 - 0.55 * tight) * (1 - 0.28 * pool))


def _contact(alpha: Array, floor: float, wide: float) -> Array:
    """The underside of the subject: its lowest pixel per column, weaker the higher it hangs above the
    floor.
    """
    height, width = alpha.shape
    solid = alpha > 0.5
    lowest = height - 1 - np.argmax(solid[::-1], axis=0)
    hanging = (floor - lowest) / max(1.0, 0.16 * wide)
    weight = np.where(solid.any(axis=0), np.exp(-(hanging**2)), 0).astype(np.float32)
    thick = max(2, round(0.012 * wide))
    line = np.zeros((height, width), np.float32)
    rows = np.clip(lowest[None] + np.arange(-thick, thick // 2 + 1)[:, None], 0, height - 1)
    line[rows, np.arange(width)[None]] = weight
    return line


def _pool(placed: Placed, wide: float) -> Array:
    """The wide dim shadow on the ground: the subject seen from above, as a flat blurred ellipse."""
    height, width = placed.alpha.shape
    mass = placed.alpha.sum(axis=0)
    centre = float((mass * np.arange(width)).sum() / max(float(mass.sum()), 1e-6))
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    row = placed.floor - 0.035 * wide
    square = ((x - centre) / (0.52 * wide)) ** 2 + ((y - row) / (0.11 * wide)) ** 2
    return np.asarray(np.exp(-1.6 * square), np.float32)


def _harmonised(colour: Array, alpha: Array, background: Array) -> Array:
    """Moves the subject's mean a little towards the background's, never so far that a product changes
    colour.
    """
    weight = alpha > 0.9
    if not weight.any():
        return colour
    plain = pixels.to_srgb(colour / np.maximum(alpha, 1e-3)[..., None])
    lab, around = pixels.to_lab(plain), pixels.to_lab(pixels.resize(background, 64, 64))
    gap = around.reshape(-1, 3).mean(axis=0) - lab[weight].mean(axis=0)
    limit = np.array([LARGEST_LIGHTNESS_SHIFT, LARGEST_HUE_SHIFT, LARGEST_HUE_SHIFT])
    shift = np.clip(gap * np.array([0.06, 0.12, 0.12]), -limit, limit).astype(np.float32)
    # The ends of the scale stay: white stays white, black stays black.
    middle = np.clip(1 - np.abs(lab[..., :1] / 50 - 1) ** 3, 0, 1)
    return pixels.to_linear(pixels.from_lab(lab + shift * middle)) * alpha[..., None]


def _wrapped(alpha: Array, behind: Array) -> Array:
    """Light of the background that spills over the edge, strongest in the outermost pixels of the subject."""
    reach = max(1.2, 0.004 * max(alpha.shape))
    edge = np.clip(pixels.blur(1 - alpha, reach) * 2, 0, 1) * alpha
    around = np.asarray(cv2.resize(behind, (64, 64), interpolation=cv2.INTER_AREA))
    glow = pixels.enlarge(pixels.blur(around, 3.0), alpha.shape[1], alpha.shape[0])
    return np.asarray(WRAP * edge[..., None] * glow, np.float32)
