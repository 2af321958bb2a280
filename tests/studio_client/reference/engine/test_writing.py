"""What is written: sizes, formats, fits, tags; and nothing by halves."""

import hashlib
import io
import multiprocessing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from studio_client.reference import engine
from tests.studio_client.reference.engine import asking, photographs


@pytest.mark.parametrize("form", ["jpeg", "png", "webp", "avif"])
def test_each_format_in_the_size_of_the_preset(form: str, tmp_path: Path) -> None:
    source = asking.sticker(tmp_path / "source.png")
    result, _ = asking.swap(source, format=form, width=180, height=321)
    written = tmp_path / f"result.{form}"
    assert result.sha256 == hashlib.sha256(written.read_bytes()).hexdigest()
    assert (result.bytes, result.width, result.height, result.format) == (
        written.stat().st_size,
        180,
        321,
        form,
    )
    with Image.open(written) as picture:
        assert (picture.format, picture.size, picture.mode) == (form.upper(), (180, 321), "RGB")
        profile = ImageCms.ImageCmsProfile(io.BytesIO(picture.info["icc_profile"]))
        assert "sRGB" in ImageCms.getProfileDescription(profile)
        assert not picture.getexif()
    assert {path.name for path in tmp_path.iterdir()} == {"source.png", written.name}


def test_the_source_s_exif_is_left_behind(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at a secret place"
    photograph = photographs.take("disc", "plain", seed=3, width=300, height=300)
    source = asking.save(photograph.rgb, tmp_path / "source.jpg", exif=exif, quality=95)
    asking.swap(source, format="jpeg")
    assert b"secret" not in (tmp_path / "result.jpeg").read_bytes()


@pytest.mark.parametrize(
    ("fit", "corner", "middle_row"),
    [
        ("cover", (0, 0, 255), (0, 0, 255)),
        ("pad", (255, 170, 0), (0, 0, 255)),
        ("contain", (255, 170, 0), (255, 170, 0)),
    ],
)
def test_fits(fit: str, corner: tuple[int, ...], middle_row: tuple[int, ...], tmp_path: Path) -> None:
    """A blue background of 120 × 60 in a frame of 240 × 240: filled, as wide as it, or as large as it is."""
    background = asking.save(np.full((60, 120, 3), (0, 0, 255), np.uint8), tmp_path / "blue.png")
    plain = engine.Options(shadow=False, harmonise=False, light_wrap=False)
    source = asking.sticker(tmp_path / "source.png")
    _, picture = asking.swap(source, background, plain, fit=fit, padding_color="#ffaa00")
    assert tuple(picture[0, 0]) == corner
    assert tuple(picture[120, 2]) == middle_row
    red, green, blue = picture[120, 120]
    assert red > 150
    assert max(green, blue) < 60


@pytest.mark.parametrize(
    "wrong",
    [
        {"width": 15},
        {"height": 100_000},
        {"fit": "stretch"},
        {"format": "gif"},
        {"quality": 0},
        {"quality": 101},
        {"padding_color": "#zzz"},
    ],
    ids=str,
)
def test_presets_that_cannot_be_written(wrong: dict[str, Any], tmp_path: Path) -> None:
    failure = asking.refusal(asking.sticker(tmp_path / "source.png"), **wrong)
    assert failure.code == "invalid_preset"


def test_an_engine_that_is_not_here(tmp_path: Path) -> None:
    task = engine.Task(
        asking.sticker(tmp_path / "source.png"),
        asking.SKY,
        asking.output(),
        engine.Options(engine="diffusion"),
        tmp_path / "result.png",
    )
    with pytest.raises(engine.EngineFailure, match="engine_unavailable"):
        engine.swap(task, lambda stage, share: None)


def test_a_failure_leaves_an_earlier_result_alone(tmp_path: Path) -> None:
    earlier = tmp_path / "result.png"
    earlier.write_bytes(b"earlier")
    source = asking.save(np.full((100, 100, 3), 90, np.uint8), tmp_path / "source.png")
    task = engine.Task(source, asking.SKY, asking.output(), engine.Options(), earlier)
    with pytest.raises(engine.EngineFailure):
        engine.swap(task, lambda stage, share: None)
    assert earlier.read_bytes() == b"earlier"


def test_stages_are_told_in_order_and_timed(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    result, _ = asking.swap(
        asking.sticker(tmp_path / "source.png"), on_stage=lambda stage, share: told.append((stage, share))
    )
    assert [stage for stage, _ in told] == [
        "load",
        "background",
        "segment",
        "matte",
        "compose",
        "encode",
        "done",
    ]
    assert [share for _, share in told] == sorted(share for _, share in told)
    assert set(result.timings) == {stage for stage, _ in told[:-1]}


def test_the_same_task_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    photograph = photographs.take("mug", "textured", seed=3, width=320, height=320)
    source = asking.save(photograph.rgb, tmp_path / "source.png")
    here, _ = asking.swap(source, format="jpeg")
    assert asking.swap(source, format="jpeg")[0].sha256 == here.sha256
    task = engine.Task(
        source, asking.SKY, asking.output(format="jpeg"), engine.Options(), tmp_path / "there.jpg"
    )
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        there = pool.apply(run, (task,))
    assert there.sha256 == here.sha256


def run(task: engine.Task) -> engine.Result:
    return engine.swap(task, lambda stage, share: None)
