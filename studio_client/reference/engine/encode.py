"""Writes the finished picture: tagged sRGB, no EXIF, complete before it is visible, and read again as a
check.
"""

import functools
import hashlib
import os
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageCms

from studio_client.reference.pixels import Array

from .task import EngineFailure, Output


@functools.cache
def srgb_profile() -> bytes:
    """An sRGB profile without the time it was made, which would change the bytes of every picture."""
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    made[24:36] = bytes([7, 0xEA, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0])
    return bytes(made)


def write(rgb: Array, output: Output, destination: Path) -> tuple[str, int]:
    """Encodes `rgb` (H × W × 3 uint8) to `destination`; returns its SHA-256 in hex and its size in bytes.

    Raises EngineFailure output_write_failed if what was written does not read back as it should.
    """
    part = destination.with_name(f".{destination.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            Image.fromarray(np.ascontiguousarray(rgb)).save(
                file, **save_arguments(output.format, output.quality)
            )
            file.flush()
            os.fsync(file.fileno())
        _check(part, output)
        data = part.read_bytes()
        part.replace(destination)
    finally:
        part.unlink(missing_ok=True)
    return hashlib.sha256(data).hexdigest(), len(data)


def save_arguments(form: str, quality: int) -> dict[str, Any]:
    """What Pillow's save is told for a format of `task.FORMATS` and a quality of 1 to 100."""
    common: dict[str, Any] = {"format": form.upper(), "icc_profile": srgb_profile()}
    if form == "jpeg":
        subsampling = "4:4:4" if quality >= 90 else "4:2:0"
        return common | {
            "quality": quality,
            "optimize": True,
            "progressive": True,
            "subsampling": subsampling,
        }
    if form == "png":
        return common | {"compress_level": 6}
    if form == "webp":
        return common | {"quality": quality, "method": 4}
    # More than one thread changes how the encoder cuts the picture up, and so its bytes.
    return common | {"quality": quality, "speed": 7, "max_threads": 1}


def _check(part: Path, output: Output) -> None:
    with Image.open(part) as again:
        again.load()
        right = again.size == (output.width, output.height) and again.format == output.format.upper()
        if not right or again.getexif():
            raise EngineFailure(
                "output_write_failed", "The written picture does not read back as asked", "encode"
            )
