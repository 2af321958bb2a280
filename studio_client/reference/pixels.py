"""Colour spaces, resizing and blurring of pictures held as arrays.

Arrays are height × width (× channels). `uint8` pictures are sRGB, RGB order. Planes are float32.
"""

import functools
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)


@functools.cache
def _linear_table() -> Array:
    value = np.arange(256, dtype=np.float64) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4).astype(np.float32)


@functools.cache
def _encoded_table() -> Array:
    value = np.arange(4097, dtype=np.float64) / 4096
    encoded = np.where(value <= 0.0031308, value * 12.92, 1.055 * value ** (1 / 2.4) - 0.055)
    return (encoded * 255).astype(np.float32)


def to_linear(rgb: Array) -> Array:
    """uint8 sRGB to float32 linear light, 0 to 1."""
    return np.asarray(_linear_table()[rgb])


def to_srgb_float(linear: Array) -> Array:
    """Linear light 0 to 1 to sRGB 0 to 255, float32."""
    table = _encoded_table()
    position = np.clip(linear, 0, 1) * 4096
    low = np.minimum(position.astype(np.int32), 4095)
    share = position - low
    return np.asarray(table[low] * (1 - share) + table[low + 1] * share, np.float32)


def to_srgb(linear: Array) -> Array:
    """Linear light 0 to 1 to uint8 sRGB."""
    return np.asarray(np.rint(to_srgb_float(linear)), np.uint8)


def to_lab(rgb: Array) -> Array:
    """uint8 sRGB to float32 CIE Lab: L 0 to 100."""
    return np.asarray(cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2Lab))


def from_lab(lab: Array) -> Array:
    """float32 CIE Lab to uint8 sRGB."""
    rgb = np.asarray(cv2.cvtColor(lab.astype(np.float32), cv2.COLOR_Lab2RGB))
    return np.asarray(np.rint(np.clip(rgb, 0, 1) * 255), np.uint8)


def fit_scale(width: int, height: int, longest: int) -> float:
    """The factor, at most 1, that brings the longer side down to `longest`."""
    return min(1.0, longest / max(width, height))


def resize(picture: Array, width: int, height: int) -> Array:
    """Area averaging when it gets smaller, Lanczos when larger."""
    if picture.shape[1] == width and picture.shape[0] == height:
        return picture
    smaller = width * height < picture.shape[0] * picture.shape[1]
    how = cv2.INTER_AREA if smaller else cv2.INTER_LANCZOS4
    return np.asarray(cv2.resize(picture, (width, height), interpolation=how))


def enlarge(plane: Array, width: int, height: int) -> Array:
    """Smooth enlargement without overshoot, for masks and surfaces."""
    return np.asarray(cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR))


def blur(plane: Array, sigma_x: float, sigma_y: float = 0.0) -> Array:
    """Gaussian blur; wide ones are taken at a quarter of the size, since nobody sees the difference."""
    height, width = plane.shape[:2]
    if min(sigma_x, sigma_y or sigma_x) > 12 and min(height, width) > 64:
        small = np.asarray(cv2.resize(plane, (width // 4, height // 4), interpolation=cv2.INTER_AREA))
        return enlarge(blur(small, sigma_x / 4, sigma_y / 4), width, height)
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), float(sigma_x), sigmaY=float(sigma_y or sigma_x)))


def box(plane: Array, radius: int) -> Array:
    """Mean over a square of side 2 × radius + 1."""
    size = 2 * radius + 1
    return np.asarray(cv2.blur(plane, (size, size), borderType=cv2.BORDER_REFLECT))


def distance_to(mask: Array) -> Array:
    """For every pixel the distance in pixels to the nearest True pixel of `mask`."""
    inverse = np.logical_not(mask).astype(np.uint8)
    return np.asarray(cv2.distanceTransform(inverse, cv2.DIST_L2, 5))


def grow(mask: Array, radius: float) -> Array:
    """Dilation by a disc, of the same cost for every radius."""
    if not mask.any():
        return mask.copy()
    return np.asarray(distance_to(mask) <= radius)


def shrink(mask: Array, radius: float) -> Array:
    """Erosion by a disc; what lies outside the picture counts as part of the mask."""
    return np.logical_not(grow(np.logical_not(mask), radius))
