"""Looking into pictures: what is taken, and what is refused with which word."""

import contextlib
import io
import random
import tracemalloc
from collections.abc import Callable

import pytest
from PIL import Image
from pytest_django import Settings

from assets import formats, pictures
from tests.assets import samples

KINDS = ["JPEG", "PNG", "WEBP"]


def refusal(data: bytes) -> pictures.NotAPicture:
    with pytest.raises(pictures.NotAPicture) as caught:
        pictures.inspect(data)
    return caught.value


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_known_by_its_bytes(kind: str) -> None:
    found = pictures.inspect(samples.picture(kind, (31, 17)))
    assert found == pictures.Picture(formats.BY_NAME[kind.lower()], 31, 17)


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        ("JPEG", "L", {}),
        ("JPEG", "CMYK", {}),
        ("JPEG", "RGB", {"progressive": True}),
        ("PNG", "P", {}),
        ("PNG", "1", {}),
        ("PNG", "I;16", {}),
        ("PNG", "RGBA", {}),
        ("WEBP", "RGBA", {"lossless": True}),
        ("WEBP", "RGB", {"exif": b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"}),
    ],
)
def test_every_kind_of_pixels_is_taken(kind: str, mode: str, options: dict[str, object]) -> None:
    file = io.BytesIO()
    Image.new(mode, (20, 10)).save(file, kind, **options)
    found = pictures.inspect(file.getvalue())
    assert (found.width, found.height) == (20, 10)


def test_a_photograph_taken_on_its_side_counts_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    found = pictures.inspect(samples.picture(size=(40, 30), exif=exif.tobytes()))
    assert (found.width, found.height) == (30, 40)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<html><script>alert(1)</script></html>",
        b"%PDF-1.7",
        b"GIF89a" + b"\0" * 40,
        b"BM" + b"\0" * 60,
        b"II*\0" + b"\0" * 60,
        b"\0\0\0\x1cftypavif" + b"\0" * 60,
        b"RIFF\0\0\0\0WAVE",
    ],
    ids=ascii,
)
def test_other_files_are_refused(data: bytes) -> None:
    assert refusal(data).code == "unsupported_format"


@pytest.mark.parametrize("head", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x10\0\0\0WEBP"], ids=ascii)
@pytest.mark.parametrize("rest", [b"", b"\0" * 100, b"<script>" * 20, bytes(range(256))], ids=len)
def test_a_disguise_is_refused(head: bytes, rest: bytes) -> None:
    assert refusal(head + rest).code == "image_corrupt"


@pytest.mark.parametrize("kind", KINDS)
def test_a_truncated_picture_is_refused(kind: str) -> None:
    data = samples.picture(kind)
    for end in {*range(16, len(data), len(data) // 40), *range(len(data) - 20, len(data))}:
        assert refusal(data[:end]).code == "image_corrupt", end


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.filterwarnings("ignore")  # Pillow says what it thinks of broken metadata
def test_a_damaged_picture_never_raises_anything_else(kind: str) -> None:
    chance = random.Random(7)
    whole = samples.picture(kind)
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(chance.choice([1, 4, 30])):
            data[chance.randrange(min(len(data), chance.choice([40, 400, len(data)])))] = chance.randrange(
                256
            )
        with contextlib.suppress(pictures.NotAPicture):
            pictures.inspect(bytes(data))


@pytest.mark.parametrize("make", [samples.png_that_says, samples.webp_that_says])
@pytest.mark.parametrize("size", [(10_000, 5_001), (16_001, 10), (10, 16_001), (16_000, 16_000)])
def test_too_many_pixels_are_refused_before_they_are_decoded(
    make: Callable[[int, int], bytes], size: tuple[int, int]
) -> None:
    data = make(*size)
    tracemalloc.start()
    code = refusal(data).code
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert code == "too_many_pixels"
    assert peak < 4_000_000


def test_a_side_of_nothing_is_refused() -> None:
    assert refusal(samples.png_that_says(0, 10)).code == "image_corrupt"


def test_a_bomb_within_the_limits_is_refused_for_its_missing_pixels() -> None:
    assert refusal(samples.png_that_says(6_000, 6_000)).code == "image_corrupt"


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_an_animation_is_refused(kind: str) -> None:
    assert refusal(samples.animation(kind)).code == "animated_not_supported"


def test_a_jpeg_with_endless_scans_is_refused() -> None:
    data = samples.picture("JPEG", progressive=True)
    start = data.rindex(b"\xff\xda")
    assert refusal(data[:start] + data[start:-2] * 100 + data[-2:]).code == "image_corrupt"


def test_a_file_over_the_limit_is_refused(settings: Settings) -> None:
    data = samples.picture()
    settings.UPLOAD_MAX_BYTES = len(data)
    assert pictures.inspect(data)
    assert refusal(data + b"\0").code == "image_too_large"
