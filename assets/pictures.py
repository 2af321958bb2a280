"""Looks into a picture: what it is, and whether it is whole. Names and content types are not believed."""

import io
import struct
import threading
from dataclasses import dataclass

from django.conf import settings
from PIL import ImageFile, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from assets import formats

MAX_PIXELS = 50_000_000
MAX_SIDE = 16_000
# Every scan of a progressive JPEG costs a pass over all pixels; cameras and encoders write about ten.
_MAX_SCANS = 100
_START_OF_SCAN = b"\xff\xda"
_END_OF_PNG = b"IEND\xae\x42\x60\x82"
_ORIENTATION = 0x0112
_LYING_ON_ITS_SIDE = {5, 6, 7, 8}

# Opened by class rather than by Image.open: the size is ours to judge, and nothing else gets a try.
_READERS: dict[formats.Format, type[ImageFile.ImageFile]] = {
    formats.JPEG: JpegImagePlugin.JpegImageFile,
    formats.PNG: PngImagePlugin.PngImageFile,
    formats.WEBP: WebPImagePlugin.WebPImageFile,
}
# What Pillow raises over a broken file.
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, ArithmeticError, struct.error)
# A picture of 50 megapixels can need 800 MB while it is decoded: one at a time in a process.
_decoding = threading.Lock()


class NotAPicture(Exception):
    """Not a picture that we take; the message says why. `code` is Studio's word for the same finding."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Picture:
    """Width and height in pixels, as shown: a photograph taken on its side counts as turned upright."""

    format: formats.Format
    width: int
    height: int


def inspect(data: bytes) -> Picture:
    """What a whole file is. Raises NotAPicture."""
    check_bytes(len(data))
    format = formats.sniff(data[: formats.HEAD])
    if format not in _READERS:
        raise NotAPicture("unsupported_format", "The file is not a JPEG, PNG or WebP image.")
    try:
        if format is formats.WEBP:
            # Its reader reserves memory for all pixels as soon as it is opened.
            _check_size(*_webp_size(data))
        return _look(_READERS[format](io.BytesIO(data)), format, data)
    except _BROKEN as error:
        raise NotAPicture("image_corrupt", "The image is truncated or damaged.") from error


def check_bytes(count: int) -> None:
    """Raises NotAPicture for a file that is too large to be looked into."""
    if count > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // 2**20
        raise NotAPicture("image_too_large", f"The file is larger than {limit} MB.")


def _look(image: ImageFile.ImageFile, format: formats.Format, data: bytes) -> Picture:
    width, height = image.size
    _check_size(width, height)
    if getattr(image, "is_animated", False):
        raise NotAPicture("animated_not_supported", "The image is animated; send a still picture.")
    if format is formats.JPEG and data.count(_START_OF_SCAN) > _MAX_SCANS:
        raise NotAPicture("image_corrupt", "The image has too many progressive scans.")
    if format is formats.PNG and _END_OF_PNG not in data:
        # Pillow is content once it has all pixels.
        raise NotAPicture("image_corrupt", "The image is truncated.")
    turned = image.getexif().get(_ORIENTATION) in _LYING_ON_ITS_SIDE
    with _decoding, image:
        # An eighth of a JPEG's size costs a sixty-fourth of the memory, and still reads the file to its end.
        image.draft(image.mode, (width // 8, height // 8))
        image.load()
    return Picture(format, height, width) if turned else Picture(format, width, height)


def _check_size(width: int, height: int) -> None:
    if min(width, height) < 1:
        raise NotAPicture("image_corrupt", "The image has no pixels.")
    if max(width, height) > MAX_SIDE:
        message = f"The image is {width} by {height} pixels; a side may have at most {MAX_SIDE:,}."
        raise NotAPicture("too_many_pixels", message)
    if width * height > MAX_PIXELS:
        message = f"The image has {width * height:,} pixels; at most {MAX_PIXELS:,} are taken."
        raise NotAPicture("too_many_pixels", message)


def _webp_size(data: bytes) -> tuple[int, int]:
    """The size of the canvas, from the first chunk. Raises ValueError or struct.error."""
    kind, header = data[12:16], data[20:30]
    if kind == b"VP8X":
        width, height = header[4:7], header[7:10]
        return int.from_bytes(width, "little") + 1, int.from_bytes(height, "little") + 1
    if kind == b"VP8L":
        (bits,) = struct.unpack("<I", header[1:5])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", header[6:10])
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError(f"unknown chunk {kind!r}")
