"""Made-up photographs whose exact alpha is known: shape, surface, backdrop, noise and blur of a lens."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources

import cv2
import numpy as np
from PIL import Image

from studio_client.reference import pixels
from studio_client.reference.pixels import Array

OVERSAMPLED = 4


@dataclass(frozen=True)
class Photograph:
    """`rgb` H × W × 3 uint8, `alpha` H × W float32 0 to 1."""

    rgb: Array
    alpha: Array


def take(shape: str, backdrop: str, seed: int = 0, width: int = 640, height: int = 640) -> Photograph:
    random = np.random.default_rng([seed, width, height])
    alpha = SHAPES[shape](width, height, random)
    behind = pixels.to_linear(BACKDROPS[backdrop](width, height, random))
    if backdrop == "soft":
        behind = behind * (1 - 0.45 * _thrown_shadow(alpha))[..., None]
    surface = _surface(alpha, random)
    light = surface * alpha[..., None] + behind * (1 - alpha[..., None])
    picture = pixels.to_srgb_float(pixels.blur(light.astype(np.float32), 0.5))
    noisy = picture + random.normal(0, 1.5, picture.shape)
    return Photograph(np.rint(np.clip(noisy, 0, 255)).astype(np.uint8), pixels.blur(alpha, 0.5))


def overlap(found: Array, true: Array) -> float:
    """Intersection over union of two alphas at one half."""
    one, other = found > 0.5, true > 0.5
    return float((one & other).sum() / max(1, (one | other).sum()))


def difference(found: Array, true: Array) -> float:
    """Sum of absolute differences in thousands per megapixel."""
    return float(np.abs(found - true).mean() * 1000)


def flat(width: int, height: int, random: np.random.Generator) -> Array:
    colour = random.uniform(120, 250) + random.uniform(-20, 20, 3)
    return np.full((height, width, 3), np.clip(colour, 0, 255), np.uint8)


def soft(width: int, height: int, random: np.random.Generator) -> Array:
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    tint = random.uniform(-25, 25, 3)
    level = random.uniform(130, 210) + tint
    across, down, falloff = random.uniform(-28, 28), random.uniform(-28, 28), random.uniform(5, 32)
    shade = across * x + down * y - falloff * (x * x + y * y)
    return np.asarray(np.clip(level + shade[..., None], 0, 255), np.uint8)


def textured(width: int, height: int, random: np.random.Generator) -> Array:
    base = soft(width, height, random).astype(np.float32)
    coarse = pixels.enlarge(
        random.normal(0, 1, (height // 40, width // 10)).astype(np.float32), width, height
    )
    fine = pixels.blur(random.normal(0, 1, (height, width)).astype(np.float32), 1.5) * 4
    pattern = (9 * coarse + 5 * fine)[..., None] * random.uniform(0.7, 1.3, 3)
    return np.asarray(np.clip(base + pattern, 0, 255), np.uint8)


def gravel(width: int, height: int, random: np.random.Generator) -> Array:
    """A real and busy backdrop, moved and tinted at random."""
    with resources.files("skimage.data").joinpath("gravel.png").open("rb") as file, Image.open(file) as image:
        stones = np.asarray(image.convert("L"))
    stones = np.roll(stones, random.integers(0, 400, 2), axis=(0, 1))
    tinted = stones[..., None] * random.uniform(0.7, 1.0, 3)
    return pixels.resize(tinted.astype(np.uint8), width, height)


def _surface(alpha: Array, random: np.random.Generator) -> Array:
    """Two strong colours, shaded from the left, with a stripe and a highlight."""
    height, width = alpha.shape
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    hue = int(random.integers(0, 180))
    pair = np.array([[[hue, 190, 165], [(hue + int(random.integers(20, 90))) % 180, 170, 105]]], np.uint8)
    first, second = pixels.to_linear(np.asarray(cv2.cvtColor(pair, cv2.COLOR_HSV2RGB))[0])
    stripe = (np.sin(float(random.uniform(8, 20)) * (y + 0.2 * x)) > 0.5)[..., None]
    shade = 0.65 + 0.6 * np.exp(-(((x - 0.42) / 0.18) ** 2))
    glint = 0.5 * np.exp(-(((x - 0.44) / 0.02) ** 2) - ((y - 0.45) / 0.12) ** 2)
    return np.asarray(
        np.clip(np.where(stripe, second, first) * shade[..., None] + glint[..., None], 0, 1), np.float32
    )


def _thrown_shadow(alpha: Array) -> Array:
    height, width = alpha.shape
    moved = np.roll(alpha, (round(0.02 * height), round(0.035 * width)), axis=(0, 1))
    return pixels.blur(moved, 0.025 * width)


def _filled(width: int, height: int, outlines: list[Array]) -> Array:
    """Outlines in units of the frame, drawn large and averaged down: exact coverage."""
    big = np.zeros((height * OVERSAMPLED, width * OVERSAMPLED), np.uint8)
    scaled = [np.rint(o * [width * OVERSAMPLED, height * OVERSAMPLED]).astype(np.int32) for o in outlines]
    cv2.fillPoly(big, scaled, 255)
    return np.asarray(cv2.resize(big, (width, height), interpolation=cv2.INTER_AREA), np.float32) / 255


def _circle(x: float, y: float, radius: float, squash: float = 1.0) -> Array:
    turn = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    return np.stack([x + radius * np.cos(turn), y + squash * radius * np.sin(turn)], axis=1)


def disc(width: int, height: int, random: np.random.Generator) -> Array:
    return _filled(width, height, [_circle(0.5, 0.52, float(random.uniform(0.2, 0.3)))])


def ring(width: int, height: int, random: np.random.Generator) -> Array:
    radius = float(random.uniform(0.26, 0.33))
    return _filled(width, height, [_circle(0.5, 0.5, radius), _circle(0.5, 0.5, 0.55 * radius)])


def bottle(width: int, height: int, random: np.random.Generator) -> Array:
    w = float(random.uniform(0.10, 0.15))
    right = np.array([[0.35 * w, 0.14], [0.35 * w, 0.32], [w, 0.42], [w, 0.86], [0.9 * w, 0.88]])
    left = right[::-1] * [-1, 1]
    return _filled(width, height, [np.concatenate([right, left]) + np.array([0.5, 0.0])])


def blob(width: int, height: int, random: np.random.Generator) -> Array:
    turn = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    radius = 0.24 + sum(
        random.uniform(-0.03, 0.03) * np.cos(k * turn + random.uniform(0, 6)) for k in range(2, 7)
    )
    return _filled(
        width, height, [np.stack([0.5 + radius * np.cos(turn), 0.52 + radius * np.sin(turn)], axis=1)]
    )


def mug(width: int, height: int, random: np.random.Generator) -> Array:
    body = np.array([[0.3, 0.32], [0.6, 0.32], [0.58, 0.74], [0.32, 0.74]])
    handle = _filled(width, height, [_circle(0.6, 0.5, 0.12), _circle(0.6, 0.5, 0.075)])
    return np.maximum(_filled(width, height, [body]), handle)


def plant(width: int, height: int, random: np.random.Generator) -> Array:
    """Thin stems and leaves over a pot."""
    pot = np.array([[0.38, 0.66], [0.62, 0.66], [0.58, 0.86], [0.42, 0.86]])
    big = np.zeros((height * OVERSAMPLED, width * OVERSAMPLED), np.uint8)
    for angle in np.linspace(-1.1, 1.1, 9):
        reach = float(random.uniform(0.3, 0.48))
        path = [
            (0.5 + t * reach * np.sin(angle), 0.68 - t * reach * np.cos(angle) * (1.2 - 0.3 * t))
            for t in (0, 0.5, 1)
        ]
        points = np.rint(np.array(path) * [big.shape[1], big.shape[0]]).astype(np.int32)
        cv2.polylines(big, [points], False, 255, max(2, round(0.006 * big.shape[1])))
        tip = (int(points[2][0]), int(points[2][1]))
        cv2.ellipse(
            big, tip, (big.shape[1] // 36, big.shape[1] // 18), float(np.degrees(angle)), 0, 360, 255, -1
        )
    leaves = np.asarray(cv2.resize(big, (width, height), interpolation=cv2.INTER_AREA), np.float32) / 255
    return np.maximum(leaves, _filled(width, height, [pot]))


def furry(width: int, height: int, random: np.random.Generator) -> Array:
    """A ball with hairs finer than a pixel here and there."""
    big = np.zeros((height * OVERSAMPLED, width * OVERSAMPLED), np.uint8)
    centre, radius = np.array([0.5, 0.52]), 0.22
    for turn in random.uniform(0, 2 * np.pi, 700):
        length, lean = random.uniform(0.02, 0.07), random.normal(0, 0.25)
        start = centre + 0.9 * radius * np.array([np.cos(turn), np.sin(turn)])
        end = start + (0.1 * radius + length) * np.array([np.cos(turn + lean), np.sin(turn + lean)])
        points = np.rint(np.stack([start, end]) * [big.shape[1], big.shape[0]]).astype(np.int32)
        cv2.line(big, points[0].tolist(), points[1].tolist(), 255, int(random.integers(2, 6)))
    hairs = np.asarray(cv2.resize(big, (width, height), interpolation=cv2.INTER_AREA), np.float32) / 255
    return np.maximum(hairs, _filled(width, height, [_circle(0.5, 0.52, radius)]))


Painter = Callable[[int, int, np.random.Generator], Array]
SHAPES: dict[str, Painter] = {
    "disc": disc,
    "ring": ring,
    "bottle": bottle,
    "blob": blob,
    "mug": mug,
    "plant": plant,
    "furry": furry,
}
BACKDROPS: dict[str, Painter] = {"plain": flat, "soft": soft, "textured": textured, "gravel": gravel}
