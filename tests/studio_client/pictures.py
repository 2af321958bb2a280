"""Pictures drawn for the tests: a subject on a wall, the wall alone, a background, an animation."""

import io

from PIL import Image, ImageDraw

WALL = (226, 226, 230)
SUBJECT = (178, 44, 36)
BACKGROUND = (40, 90, 150)


def subject(size: tuple[int, int] = (480, 360)) -> bytes:
    """A red ellipse before a light wall."""
    width, height = size
    picture = Image.new("RGB", size, WALL)
    box = (width * 0.3, height * 0.2, width * 0.7, height * 0.85)
    ImageDraw.Draw(picture).ellipse(box, fill=SUBJECT)
    return _jpeg(picture)


def wall() -> bytes:
    """The wall without a subject."""
    return _jpeg(Image.new("RGB", (480, 360), WALL))


def background() -> bytes:
    """An even blue."""
    return _jpeg(Image.new("RGB", (640, 480), BACKGROUND))


def animation() -> bytes:
    """A PNG of two frames."""
    first, second = (Image.new("RGB", (32, 32), color) for color in ("red", "green"))
    file = io.BytesIO()
    first.save(file, "PNG", save_all=True, append_images=[second])
    return file.getvalue()


def _jpeg(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=92)
    return file.getvalue()
