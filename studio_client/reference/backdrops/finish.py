"""The mood over a drawn scene: exposure, contrast, saturation, warmth, vignette, grain against banding."""

import numpy as np

from studio_client.reference import pixels
from studio_client.reference.pixels import Array

from .canvas import Canvas
from .spec import Mood

GRAIN = 0.55


def apply(scene: Array, canvas: Canvas, mood: Mood, random: np.random.Generator) -> Array:
    """Linear light, H × W × 3, in; uint8 sRGB out."""
    light = scene * mood.exposure * _warm(mood.warmth)
    light = light * _vignette(canvas, mood.vignette)[..., None]
    grey = (light @ pixels.LUMINANCE)[..., None]
    light = np.maximum(grey + (light - grey) * mood.saturation, 0)
    encoded = pixels.to_srgb_float(_shouldered(light))
    encoded = 128 + (encoded - 128) * (1 + 0.55 * (mood.contrast - 1))
    grain = random.standard_normal(encoded.shape[:2], np.float32)[..., None] * GRAIN
    return np.asarray(np.rint(np.clip(encoded + grain, 0, 255)), np.uint8)


def _warm(warmth: float) -> Array:
    return np.array([1 + 0.07 * warmth, 1 + 0.005 * warmth, 1 - 0.11 * warmth], np.float32)


def _vignette(canvas: Canvas, strength: float) -> Array:
    square = (canvas.x / (0.5 * max(canvas.aspect, 0.7))) ** 2 + ((canvas.y - 0.5) / 0.55) ** 2
    return np.asarray(1 - strength * np.clip(square / 2, 0, 1) ** 1.4, np.float32)


def _shouldered(light: Array) -> Array:
    """Rolls highlights off towards white instead of clipping them to flat spots."""
    knee = 0.75
    above = np.maximum(light - knee, 0)
    return np.asarray(np.minimum(light, knee) + (1 - knee) * (1 - np.exp(-above / (1 - knee))))
