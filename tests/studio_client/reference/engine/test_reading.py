"""Files from outside: what is refused before it costs anything, and what is understood."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from studio_client.reference.engine import EngineFailure, load
from tests.studio_client.reference.engine import asking


def refused(path: Path) -> str:
    with pytest.raises(EngineFailure) as caught:
        load.picture(path, "load", 500)
    assert caught.value.stage == "load"
    return caught.value.code


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(("width", "height"), [(50_000, 50_000), (8_000, 7_000), (16_001, 10)])
def test_too_many_pixels_by_the_header_alone(width: int, height: int, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(png_header(width, height))
    assert refused(bomb) == "too_many_pixels"


def test_too_many_bytes(tmp_path: Path) -> None:
    large = tmp_path / "large.png"
    large.write_bytes(png_header(10, 10))
    with large.open("ab") as file:
        file.truncate(load.MAX_BYTES + 1)
    assert refused(large) == "image_too_large"


@pytest.mark.parametrize("kind", ["jpg", "png", "webp", "avif"])
def test_a_truncated_picture(kind: str, tmp_path: Path) -> None:
    picture = np.random.default_rng(1).integers(0, 256, (200, 200, 3), np.uint8)
    path = asking.save(picture, tmp_path / f"whole.{kind}")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert refused(path) == "image_corrupt"


@pytest.mark.parametrize("kind", ["gif", "webp", "png"])
def test_an_animation(kind: str, tmp_path: Path) -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    path = asking.save(frames[0], tmp_path / f"moving.{kind}", save_all=True, append_images=frames[1:])
    assert refused(path) == "animated_not_supported"


@pytest.mark.parametrize("kind", ["gif", "bmp", "tiff"])
def test_other_formats(kind: str, tmp_path: Path) -> None:
    assert (
        refused(asking.save(Image.new("RGB", (40, 40), "red"), tmp_path / f"still.{kind}"))
        == "unsupported_format"
    )


@pytest.mark.parametrize("content", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7"])
def test_no_picture_at_all(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "picture.jpg"
    path.write_bytes(content)
    assert refused(path) == "unsupported_format"


def test_a_broken_background_is_named_as_such(tmp_path: Path) -> None:
    background = tmp_path / "background.jpg"
    background.write_bytes(b"\xff\xd8\xff\xe0 nothing more")
    failure = asking.refusal(asking.sticker(tmp_path / "source.png"), background)
    assert (failure.code, failure.stage) == ("image_corrupt", "background")


def test_exif_turns_the_picture_upright(tmp_path: Path) -> None:
    picture = np.zeros((60, 100, 3), np.uint8)
    picture[:, :50] = (250, 0, 0)
    exif = Image.Exif()
    exif[0x0112] = 6
    upright = load.picture(asking.save(picture, tmp_path / "turned.jpg", exif=exif, quality=95), "load", 500)
    assert upright.rgb.shape == (100, 60, 3)
    assert upright.rgb[20, 30, 0] > 200
    assert upright.rgb[80, 30, 0] < 50


def test_cmyk(tmp_path: Path) -> None:
    path = asking.save(Image.new("CMYK", (50, 50), (0, 255, 255, 0)), tmp_path / "print.jpg")
    red, green, blue = load.picture(path, "load", 500).rgb[25, 25]
    assert red > 200
    assert max(green, blue) < 90


def test_sixteen_bits_are_scaled_not_clipped(tmp_path: Path) -> None:
    path = asking.save(np.full((50, 50), 32_896, np.uint16), tmp_path / "deep.png")
    assert np.abs(load.picture(path, "load", 500).rgb.astype(int) - 128).max() <= 1


def test_palette_with_transparency(tmp_path: Path) -> None:
    picture = Image.new("P", (50, 50), 0)
    picture.putpalette([0, 0, 0, 255, 0, 0])
    picture.paste(1, (10, 10, 40, 40))
    loaded = load.picture(asking.save(picture, tmp_path / "palette.png", transparency=0), "load", 500)
    assert loaded.alpha is not None
    assert loaded.alpha[25, 25] == 1
    assert loaded.alpha[2, 2] == 0


def test_an_alpha_channel_that_says_nothing_is_no_matte(tmp_path: Path) -> None:
    picture = np.full((50, 50, 4), 255, np.uint8)
    assert load.picture(asking.save(picture, tmp_path / "opaque.png"), "load", 500).alpha is None


def test_a_wide_colour_space_is_converted(tmp_path: Path) -> None:
    swapped = ImageCms.createProfile("LAB")
    path = asking.save(
        Image.new("RGB", (50, 50), (10, 200, 30)),
        tmp_path / "foreign.png",
        icc_profile=ImageCms.ImageCmsProfile(swapped).tobytes(),
    )
    # A profile for another kind of picture: ignored, the pixels are kept.
    loaded = load.picture(path, "load", 500)
    assert not loaded.icc_converted
    assert tuple(loaded.rgb[25, 25]) == (10, 200, 30)


def test_large_pictures_come_in_at_a_useful_size(tmp_path: Path) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (3000, 1500), "green").save(stream, "JPEG")
    path = tmp_path / "large.jpg"
    path.write_bytes(stream.getvalue())
    assert load.picture(path, "load", 600).rgb.shape == (300, 600, 3)
