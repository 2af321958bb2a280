"""The drawing ground: coordinates that don't depend on the size in pixels, and noise in those coordinates."""

from dataclasses import dataclass

import cv2
import numpy as np

from studio_client.reference import pixels
from studio_client.reference.pixels import Array


@dataclass(frozen=True)
class Canvas:
    """`x` from -aspect/2 to aspect/2, `y` from 0 (top) to 1 (bottom): H × W float32, in heights of the
    picture.
    """

    width: int
    height: int
    x: Array
    y: Array

    @property
    def aspect(self) -> float:
        return self.width / self.height


def make(width: int, height: int) -> Canvas:
    row = ((np.arange(width, dtype=np.float32) + 0.5) / width - 0.5) * (width / height)
    column = (np.arange(height, dtype=np.float32) + 0.5) / height
    x, y = np.meshgrid(row, column)
    return Canvas(width, height, x, y)


def step(value: Array, low: float, high: float) -> Array:
    """0 below `low`, 1 above `high`, smooth between."""
    share = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(share * share * (3 - 2 * share), np.float32)


def spot(canvas: Canvas, x: float, y: float, wide: float, tall: float) -> Array:
    """A soft round light, 1 in its middle."""
    return np.asarray(np.exp(-(((canvas.x - x) / wide) ** 2) - ((canvas.y - y) / tall) ** 2), np.float32)


def mix(one: Array, other: Array, share: Array) -> Array:
    """Colours or pictures blended by a plane of shares."""
    return np.asarray(one * (1 - share[..., None]) + other * share[..., None], np.float32)


def blurred(canvas: Canvas, plane: Array, sigma: float) -> Array:
    """Gaussian blur with `sigma` in heights of the picture."""
    return pixels.blur(plane, max(0.3, sigma * canvas.height))


def noise(random: np.random.Generator, x: Array, y: Array, octaves: int, roughness: float = 0.5) -> Array:
    """Fractal noise around 0, about -1 to 1, sampled at `x`, `y`; the first octave has cells of size 1.

    Tables of 256 cells repeat, far outside any frame.
    """
    total = np.zeros(x.shape, np.float32)
    weight, frequency, all_weight = 1.0, 1.0, 0.0
    for _ in range(octaves):
        table = random.uniform(-1, 1, (256, 256)).astype(np.float32)
        total += weight * _looked_up(table, x * frequency, y * frequency)
        all_weight += weight
        weight, frequency = weight * roughness, frequency * 2.03
    return total / np.float32(all_weight) * np.float32(1.6)


def _looked_up(table: Array, x: Array, y: Array) -> Array:
    around = np.pad(table, 2, mode="wrap")
    return np.asarray(
        cv2.remap(
            around,
            (np.mod(x, 256) + 1.5).astype(np.float32),
            (np.mod(y, 256) + 1.5).astype(np.float32),
            cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        )
    )
