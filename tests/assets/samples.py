"""Pictures for tests, made on the spot."""

import io
import struct
import zlib
from typing import Any

from PIL import Image


def picture(format: str = "JPEG", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    """A whole picture; its noise keeps it from being compressed to nothing."""
    file = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(file, format, **options)
    return file.getvalue()


def animation(format: str) -> bytes:
    file = io.BytesIO()
    first, second = (Image.new("RGB", (16, 16), colour) for colour in ("red", "blue"))
    first.save(file, format, save_all=True, append_images=[second], duration=100)
    return file.getvalue()


def png_that_says(width: int, height: int) -> bytes:
    """A few bytes that announce so many pixels, whole in form."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 64)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def webp_that_says(width: int, height: int) -> bytes:
    """An extended WebP header that announces so many pixels, over a tiny picture."""
    body = picture("WEBP", (8, 8))[12:]
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    chunks = b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + canvas + body
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
