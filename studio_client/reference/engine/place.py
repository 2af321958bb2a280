"""Where the subject goes in the frame, and the background behind it."""

from dataclasses import dataclass

import numpy as np
from PIL import ImageColor

from studio_client.reference import pixels
from studio_client.reference.pixels import Array

from .matte import Matte
from .task import Output

BOX = 0.78
VISIBLE = 0.1
# A subject cut by the frame's edge reaches this near to it.
TOUCH = 0.012
LARGEST_ENLARGEMENT = 4.0


@dataclass(frozen=True)
class Placed:
    """The subject in the frame: `colour` premultiplied by `alpha`, linear light. `floor` is the row it
    stands on.

    `touches` names the edges it is cut by, as in the source: any of `top`, `bottom`, `left`, `right`.
    `enlarged` is how many times it grew.
    """

    colour: Array
    alpha: Array
    floor: float
    touches: frozenset[str]
    enlarged: float


@dataclass(frozen=True)
class Area:
    """The part of the frame that shows the background: left, top, width, height in pixels."""

    left: int
    top: int
    width: int
    height: int


def shown_area(output: Output, width: int, height: int) -> Area:
    """Where a background of `width` × `height` goes; the rest of the frame is padding."""
    if output.fit == "cover":
        return Area(0, 0, output.width, output.height)
    scale = min(output.width / width, output.height / height)
    if output.fit == "contain":
        scale = min(1.0, scale)
    inner = max(1, round(width * scale)), max(1, round(height * scale))
    return Area((output.width - inner[0]) // 2, (output.height - inner[1]) // 2, *inner)


def background(picture: Array, area: Area) -> Array:
    """`picture` (uint8) scaled and centrally cropped to fill `area`."""
    height, width = picture.shape[:2]
    scale = max(area.width / width, area.height / height)
    cut_width, cut_height = min(width, round(area.width / scale)), min(height, round(area.height / scale))
    left, top = (width - cut_width) // 2, (height - cut_height) // 2
    cropped = np.ascontiguousarray(picture[top : top + cut_height, left : left + cut_width])
    return pixels.resize(cropped, area.width, area.height)


def framed(picture: Array, area: Area, output: Output) -> Array:
    """`picture`, of the size of `area`, in its frame of padding."""
    colour = np.array(ImageColor.getrgb(output.padding_color)[:3], np.uint8)
    frame = np.empty((output.height, output.width, 3), np.uint8)
    frame[:] = colour
    frame[area.top : area.top + area.height, area.left : area.left + area.width] = picture
    return frame


def subject(matte: Matte, width: int, height: int) -> Placed:
    """Puts the subject into a frame of `width` × `height`."""
    rows, columns = _extent(matte.alpha)
    touches = _touches(rows, columns, matte.alpha.shape)
    cut_alpha = matte.alpha[rows, columns]
    colour = pixels.to_linear(np.rint(np.clip(matte.colour[rows, columns], 0, 255)).astype(np.uint8))
    scale = _scale(cut_alpha.shape[1], cut_alpha.shape[0], width, height, touches)
    size = max(1, round(cut_alpha.shape[1] * scale)), max(1, round(cut_alpha.shape[0] * scale))
    alpha = np.clip(pixels.resize(cut_alpha, *size), 0, 1)
    premultiplied = np.clip(pixels.resize(colour * cut_alpha[..., None], *size), 0, alpha[..., None])
    left, top = _position(size, width, height, touches)
    return Placed(
        _pasted(premultiplied, width, height, left, top),
        _pasted(alpha, width, height, left, top),
        float(min(height, top + size[1])),
        touches,
        scale,
    )


def _extent(alpha: Array) -> tuple[slice, slice]:
    seen = alpha > VISIBLE
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _touches(rows: slice, columns: slice, shape: tuple[int, ...]) -> frozenset[str]:
    near = max(1.5, TOUCH * max(shape))
    sides = {
        "top": rows.start < near,
        "bottom": shape[0] - rows.stop < near,
        "left": columns.start < near,
        "right": shape[1] - columns.stop < near,
    }
    return frozenset(side for side, touching in sides.items() if touching)


def _scale(wide: int, tall: int, width: int, height: int, touches: frozenset[str]) -> float:
    """Inside the box; cut at both sides it must reach both sides, or two straight cuts would show."""
    scale = min(BOX * width / wide, BOX * height / tall)
    if {"left", "right"} <= touches:
        scale = max(scale, width / wide)
    if {"top", "bottom"} <= touches:
        scale = max(scale, height / tall)
    return min(scale, LARGEST_ENLARGEMENT) if not touches else scale


def _position(size: tuple[int, int], width: int, height: int, touches: frozenset[str]) -> tuple[int, int]:
    free_x, free_y = width - size[0], height - size[1]
    left = free_x // 2
    if "left" in touches:
        left = 0
    elif "right" in touches:
        left = free_x
    # A little below the middle: that is where a floor is, and where the eye expects weight.
    top = round(free_y * 0.62)
    if "bottom" in touches:
        top = free_y
    elif "top" in touches:
        top = 0
    return left, top


def _pasted(part: Array, width: int, height: int, left: int, top: int) -> Array:
    frame = np.zeros((height, width, *part.shape[2:]), np.float32)
    from_x, from_y = max(0, -left), max(0, -top)
    to_x, to_y = max(0, left), max(0, top)
    wide, tall = min(part.shape[1] - from_x, width - to_x), min(part.shape[0] - from_y, height - to_y)
    frame[to_y : to_y + tall, to_x : to_x + wide] = part[from_y : from_y + tall, from_x : from_x + wide]
    return frame
