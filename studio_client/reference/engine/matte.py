"""From the rough mask to a soft alpha at full size, and the subject's own colours under it.

Inside a narrow band along the edge each pixel is taken for a mixture of the local subject and backdrop
colours. Where the two are too alike to tell, a guided filter lets the picture's own edges decide.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from studio_client.reference import pixels
from studio_client.reference.pixels import Array

from . import backdrop_model, hairs
from .cut import Cut

FAINT = 0.04
# Half the width of the unsure band, in pixels of the low-resolution mask. On a busy backdrop the mask was
# redrawn to the nearest edge, and a wider band only gives the texture room to grow hairs.
BAND = 1.6
BUSY_BAND = 1.0
# What swings no further than the pattern behind is pattern. In standard deviations of it, and at most.
PATTERN = 1.5
LARGEST_PATTERN = 0.35
SHARPEN = 2.0


@dataclass(frozen=True)
class Matte:
    """`alpha`: H × W float32 0 to 1; `colour`: H × W × 3 float32 sRGB 0 to 255, the subject without old
    backdrop.

    `certainty`: mean trust in the alpha along the edge, 0 to 1.
    """

    alpha: Array
    colour: Array
    certainty: float


def refine(rgb: Array, cut: Cut) -> Matte:
    """The matte of `rgb`, at its full size, from the cut at low resolution."""
    height, width = rgb.shape[:2]
    scale = max(height, width) / max(cut.mask.shape)
    upsized = _upsized(cut.mask, width, height, scale)
    radius = 2.0 + (BAND if cut.backdrop.smooth else BUSY_BAND) * scale
    unsure = hairs.find(rgb, upsized, cut)
    window = _window(upsized | unsure, round(4 * radius) + 8)
    picture = rgb[window].astype(np.float32)
    solid = upsized[window]
    inside, outside = pixels.shrink(solid, radius), ~pixels.grow(solid, radius)
    # Parts thinner than the band have no inside of their own: their spine is as sure as it gets.
    inside |= solid & (pixels.distance_to(~solid) >= 0.6 * radius) & ~pixels.grow(inside, 2 * radius)
    inside &= ~unsure[window]
    outside &= ~unsure[window]
    alpha, certainty = _alpha(picture, solid, inside, outside, radius)
    whole = np.zeros((height, width), np.float32)
    # Faint specks that hang on nothing are the old wall's texture.
    alpha = np.where(backdrop_model.reaching(alpha > FAINT, alpha > 0.5), alpha, 0).astype(np.float32)
    whole[window] = alpha
    colour = rgb.astype(np.float32)
    colour[window] = foreground(picture, alpha, radius)
    return Matte(whole, colour, certainty)


def given(rgb: Array, alpha: Array) -> Matte:
    """The matte of a picture that brought its own transparency."""
    return Matte(alpha, foreground(rgb.astype(np.float32), alpha, 4.0), 1.0)


def foreground(picture: Array, alpha: Array, radius: float) -> Array:
    """The subject's colours where the old backdrop shines through: two passes of blur fusion.

    After Forte, "Approximate Fast Foreground Colour Estimation" (ICIP 2021).
    """
    colour, behind = picture, picture
    for reach in (max(6, round(5 * radius)), max(2, round(radius))):
        colour, behind = _fused(picture, colour, behind, alpha, reach)
    share = np.clip((alpha - 0.97) / 0.03, 0, 1)[..., None]
    return np.asarray(share * picture + (1 - share) * colour, np.float32)


def _fused(picture: Array, colour: Array, behind: Array, alpha: Array, reach: int) -> tuple[Array, Array]:
    weight = alpha[..., None]
    subject = pixels.box(colour * weight, reach) / (pixels.box(alpha, reach)[..., None] + 1e-4)
    backdrop = pixels.box(behind * (1 - weight), reach) / (pixels.box(1 - alpha, reach)[..., None] + 1e-4)
    miss = picture - weight * subject - (1 - weight) * backdrop
    return np.clip(subject + weight * miss, 0, 255), backdrop


def _upsized(mask: Array, width: int, height: int, scale: float) -> Array:
    """Enlarged and smoothed, or the steps of the small mask would show along every slanting edge."""
    if scale <= 1.01:
        return np.asarray(pixels.enlarge(mask.astype(np.float32), width, height) > 0.5)
    soft = pixels.blur(mask.astype(np.float32), 0.7)
    return np.asarray(pixels.enlarge(soft, width, height) > 0.5)


def _window(mask: Array, margin: int) -> tuple[slice, slice]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return (
        slice(max(0, int(rows[0]) - margin), int(rows[-1]) + margin + 1),
        slice(max(0, int(columns[0]) - margin), int(columns[-1]) + margin + 1),
    )


def _alpha(picture: Array, solid: Array, inside: Array, outside: Array, radius: float) -> tuple[Array, float]:
    subject, subject_spread = _local_colour(picture, inside, radius)
    behind, behind_spread = _local_colour(picture, outside, radius)
    line = subject - behind
    length = (line**2).sum(axis=-1)
    mixed = np.clip(((picture - behind) * line).sum(axis=-1) / (length + 1.0), 0, 1)
    miss = picture - behind - mixed[..., None] * line
    fit = np.exp(-(miss**2).sum(axis=-1) / (2 * 22.0**2))
    # In front of a pattern the mixture says little: the pattern itself moves along the same line.
    trust = fit * length / (length + 20.0**2 + 8 * behind_spread + 2 * subject_spread)
    band = ~inside & ~outside
    prior = pixels.blur(solid.astype(np.float32), max(0.8, 0.3 * radius))
    rough = trust * mixed + (1 - trust) * prior
    rough = np.where(band, rough, inside).astype(np.float32)
    weight = np.where(band, 0.04 + trust, 1.0).astype(np.float32)
    guided = _guided(picture / 255, rough, weight, max(2, round(0.8 * radius)))
    keep = np.clip(1.6 * trust - 0.5, 0, 1)
    alpha = keep * _without_pattern(mixed, behind_spread, length)
    alpha = np.where(band, alpha + (1 - keep) * _sharpened(guided, behind_spread, length), inside)
    alpha = np.clip((alpha - 0.03) / 0.94, 0, 1)
    certainty = float(trust[band].mean()) if band.any() else 1.0
    return alpha.astype(np.float32), certainty


def _without_pattern(mixed: Array, spread: Array, length: Array) -> Array:
    swing = np.minimum(LARGEST_PATTERN, PATTERN * np.sqrt(spread / (length + 1.0))) + 1e-3
    return np.asarray(mixed * np.clip(mixed / swing - 0.5, 0, 1))


def _sharpened(guided: Array, spread: Array, length: Array) -> Array:
    """In front of a pattern the guided filter smears its stripes over the band; the edge itself is sharp."""
    steep = 1 + SHARPEN * spread / (spread + 0.3 * length + 20.0**2)
    return np.asarray(np.clip(0.5 + (guided - 0.5) * steep, 0, 1))


def _local_colour(picture: Array, known: Array, radius: float) -> tuple[Array, Array]:
    """Mean and variance (over all channels) of the known pixels nearby, from further away where none is
    near.
    """
    weight = known.astype(np.float32)
    brightness = (picture**2).sum(axis=-1, keepdims=True)
    masked = np.concatenate([picture, brightness], axis=-1) * weight[..., None]
    total, count = np.zeros_like(masked), np.zeros_like(weight)
    for reach, trust in ((1.0, 1.0), (2.5, 1e-2), (8.0, 1e-4)):
        size = max(2, round(reach * radius))
        total += trust * pixels.box(masked, size)
        count += trust * pixels.box(weight, size)
    far = masked.sum(axis=(0, 1)) / max(1.0, float(weight.sum()))
    mean = (total + 1e-7 * far) / (count + 1e-7)[..., None]
    colour = mean[..., :3]
    return colour, np.maximum(mean[..., 3] - (colour**2).sum(axis=-1), 0)


def _guided(guide: Array, target: Array, weight: Array, radius: int, epsilon: float = 2e-4) -> Array:
    """Weighted guided filter, colour guide (He, Sun and Tang): in each window target ≈ a · guide + b."""
    norm = pixels.box(weight, radius) + 1e-6

    def mean(plane: Array) -> Array:
        return pixels.box(plane * weight, radius) / norm

    red, green, blue = (guide[..., c] for c in range(3))
    centre = [mean(red), mean(green), mean(blue)]
    target_mean = mean(target)
    pairs = {
        (i, j): mean(guide[..., i] * guide[..., j]) - centre[i] * centre[j]
        for i in range(3)
        for j in range(i, 3)
    }
    covariance = np.stack([pairs[min(i, j), max(i, j)] for i in range(3) for j in range(3)], axis=-1)
    matrix = covariance.reshape(*target.shape, 3, 3) + epsilon * np.eye(3, dtype=np.float32)
    together = np.stack([mean(guide[..., c] * target) - centre[c] * target_mean for c in range(3)], axis=-1)
    slope = _solved(matrix, together)
    offset = target_mean - sum(slope[..., c] * centre[c] for c in range(3))
    smooth = cv2.blur(slope, (2 * radius + 1, 2 * radius + 1))
    return np.asarray((smooth * guide).sum(axis=-1) + pixels.box(offset, radius), np.float32)


def _solved(matrix: Array, right: Array) -> Array:
    """Cramer's rule on millions of 3 × 3 systems; numpy's own solver takes ten times as long."""
    a, b, c = matrix[..., 0, 0], matrix[..., 0, 1], matrix[..., 0, 2]
    e, f, i = matrix[..., 1, 1], matrix[..., 1, 2], matrix[..., 2, 2]
    minors = (e * i - f * f, c * f - b * i, b * f - c * e, a * i - c * c, b * c - a * f, a * e - b * b)
    determinant = a * minors[0] + b * minors[1] + c * minors[2]
    x, y, z = right[..., 0], right[..., 1], right[..., 2]
    solved = (
        minors[0] * x + minors[1] * y + minors[2] * z,
        minors[1] * x + minors[3] * y + minors[4] * z,
        minors[2] * x + minors[4] * y + minors[5] * z,
    )
    return np.asarray(np.stack(solved, axis=-1) / determinant[..., None])
