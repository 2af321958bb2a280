"""The picture formats that are taken and made, told apart by their first bytes."""

from dataclasses import dataclass

HEAD = 16
UNKNOWN = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Format:
    name: str
    content_type: str
    extension: str


JPEG = Format("jpeg", "image/jpeg", "jpg")
PNG = Format("png", "image/png", "png")
WEBP = Format("webp", "image/webp", "webp")
AVIF = Format("avif", "image/avif", "avif")

BY_NAME = {format.name: format for format in (JPEG, PNG, WEBP, AVIF)}


def sniff(head: bytes) -> Format | None:
    """The format of a file from its first HEAD bytes; None for anything that is not one of ours."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if head[4:12] in (b"ftypavif", b"ftypavis"):
        return AVIF
    return None


def content_type(head: bytes) -> str:
    """What a file may be served as: a picture by its bytes, never a page or a script by its name."""
    found = sniff(head)
    return found.content_type if found else UNKNOWN
