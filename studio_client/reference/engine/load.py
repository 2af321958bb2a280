"""Opens a picture from outside, with limits checked before any pixel is decoded.

The answer is 8-bit sRGB, upright, at a size that is of use for the output.
"""

import io
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from studio_client.reference import pixels
from studio_client.reference.pixels import Array

from .task import EngineFailure

MAX_BYTES = 25_000_000
MAX_PIXELS = 50_000_000
MAX_SIDE = 16_000
# GIF and TIFF are opened only far enough to say precisely why they are refused.
ACCEPTED = ("JPEG", "PNG", "WEBP", "AVIF")
RECOGNISED = (*ACCEPTED, "GIF", "TIFF", "BMP")
MATTE_SHARE = 0.005


@dataclass(frozen=True)
class Picture:
    """`rgb` is H × W × 3 uint8 sRGB; `alpha` H × W float32 0 to 1, only when the file had real
    transparency.
    """

    rgb: Array
    alpha: Array | None
    icc_converted: bool


def picture(path: Path, stage: str, longest: int) -> Picture:
    """Reads `path`, scaled down so that its longer side is about `longest` at most.

    Raises EngineFailure with unsupported_format, image_corrupt, image_too_large, too_many_pixels or
    animated_not_supported.
    """
    if path.stat().st_size > MAX_BYTES:
        raise EngineFailure("image_too_large", f"The file has more than {MAX_BYTES:,} bytes", stage)
    with _opened(path, stage) as image:
        _check_header(image, stage)
        if image.format == "JPEG":
            image.draft(None, _draft_size(image, longest))
        try:
            image.load()
            upright = ImageOps.exif_transpose(image)
        except (OSError, SyntaxError, ValueError, IndexError, EOFError) as broken:
            raise EngineFailure("image_corrupt", f"The picture can't be decoded: {broken}", stage) from broken
        return _as_picture(upright, longest)


def _opened(path: Path, stage: str) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return Image.open(path, formats=RECOGNISED)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise EngineFailure("too_many_pixels", f"More than {MAX_PIXELS:,} pixels", stage) from bomb
    except UnidentifiedImageError as unknown:
        raise _unidentified(path, stage) from unknown
    except (OSError, SyntaxError, ValueError) as broken:
        raise EngineFailure("image_corrupt", f"The picture can't be opened: {broken}", stage) from broken


def _unidentified(path: Path, stage: str) -> EngineFailure:
    """A known beginning with nonsense behind it is a broken picture; anything else is no picture for us."""
    head = path.read_bytes()[:16]
    known = head.startswith((b"\xff\xd8\xff", b"\x89PNG", b"RIFF")) or head[4:12] in (
        b"ftypavif",
        b"ftypavis",
    )
    if known:
        return EngineFailure("image_corrupt", "The picture's header is damaged", stage)
    return EngineFailure("unsupported_format", "Not a JPEG, PNG, WebP or AVIF picture", stage)


def _check_header(image: Image.Image, stage: str) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise EngineFailure(
            "too_many_pixels",
            f"{width} × {height}: at most {MAX_PIXELS:,} pixels, no side over {MAX_SIDE}",
            stage,
        )
    if getattr(image, "is_animated", False):
        raise EngineFailure("animated_not_supported", "The picture has more than one frame", stage)
    if image.format not in ACCEPTED:
        raise EngineFailure("unsupported_format", f"{image.format} is not JPEG, PNG, WebP or AVIF", stage)


def _draft_size(image: Image.Image, longest: int) -> tuple[int, int]:
    scale = pixels.fit_scale(*image.size, longest)
    return max(1, int(image.width * scale)), max(1, int(image.height * scale))


def _as_picture(image: Image.Image, longest: int) -> Picture:
    scale = pixels.fit_scale(*image.size, longest)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    alpha = _alpha(image)
    rgb, converted = _srgb(image)
    array = pixels.resize(np.asarray(rgb, np.uint8), *size)
    if alpha is not None:
        alpha = pixels.resize(alpha, *size)
    return Picture(np.ascontiguousarray(array), alpha, converted)


def _alpha(image: Image.Image) -> Array | None:
    if not image.has_transparency_data:
        return None
    alpha = np.asarray(image.convert("RGBA").getchannel("A"), np.float32) / 255
    return alpha if float((alpha < 0.9).mean()) >= MATTE_SHARE else None


def _srgb(image: Image.Image) -> tuple[Image.Image, bool]:
    if image.mode.startswith("I") or image.mode == "F":
        return _from_deep_grey(image), False
    profile = image.info.get("icc_profile")
    flat = image if image.mode in ("RGB", "CMYK", "L") else image.convert("RGB")
    if profile and not _says_srgb(profile):
        try:
            return _converted(flat, profile), True
        except (ImageCms.PyCMSError, OSError, ValueError):
            # A profile that fits neither the mode nor the standard is common: the pixels are still good.
            pass
    return flat.convert("RGB"), False


def _converted(image: Image.Image, profile: bytes) -> Image.Image:
    converted = ImageCms.profileToProfile(
        image,
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    if converted is None:
        raise ValueError("no picture came out of the conversion")
    return converted


def _says_srgb(profile: bytes) -> bool:
    return b"sRGB" in profile or "sRGB".encode("utf-16-be") in profile


def _from_deep_grey(image: Image.Image) -> Image.Image:
    """16-bit grey: Pillow's own conversion clips at 255 instead of scaling."""
    deep = np.asarray(image, np.float64)
    return Image.fromarray(np.clip(deep / 257, 0, 255).astype(np.uint8)).convert("RGB")
