"""Backdrops from a spec, and the catalogue drawn with them."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio_client.reference import backdrops
from studio_client.reference.backdrops import Spec, catalogue
from tests.studio_client.reference.engine import asking

CATALOGUE = Path(__file__).parents[4] / "assets" / "catalogue"
SMALL = (120, 90)


@pytest.mark.parametrize("scene", backdrops.SCENE_TYPES)
@pytest.mark.parametrize("mood", ["neutral", "dramatic", "sunny"])
def test_every_scene_is_a_picture_and_the_same_each_time(scene: str, mood: str) -> None:
    spec = Spec(scene, mood, ("#c98467", "#eadfce"), 1)
    picture = backdrops.generate(spec, *SMALL)
    assert picture.shape == (90, 120, 3)
    assert picture.dtype == np.uint8
    assert picture.std() > 3
    assert np.array_equal(picture, backdrops.generate(spec, *SMALL))


def test_another_seed_is_another_picture() -> None:
    one, other = (backdrops.generate(Spec("bokeh", "warm", (), seed), *SMALL) for seed in (1, 2))
    assert not np.array_equal(one, other)


def test_the_wall_has_the_colour_that_was_asked_for() -> None:
    red, green, blue = backdrops.generate(Spec("studio sweep", "neutral", ("#3050c0",)), *SMALL)[10:40].mean(
        (0, 1)
    )
    assert blue > 1.5 * max(red, green)


@pytest.mark.parametrize(
    ("said", "meant"),
    [("A sunny garden", "outdoor"), ("wooden_desk", "table"), ("a place nobody named", "studio sweep")],
)
def test_free_words_find_a_scene(said: str, meant: str) -> None:
    from studio_client.reference.backdrops import spec

    assert spec.design(Spec(said, "whatever it is", ())).scene == meant


@pytest.mark.parametrize(
    "wrong",
    [
        Spec("", "calm", ()),
        Spec("table", " ", ()),
        Spec("table", "calm", ("no colour",)),
        Spec("table", "calm", ("#12",)),
        Spec("x" * 256, "calm", ()),
        Spec("table", "calm", ("red",) * 13),
    ],
    ids=lambda spec: str(spec)[:60],
)
def test_specs_that_cannot_be_drawn(wrong: Spec, tmp_path: Path) -> None:
    with pytest.raises(backdrops.InvalidSpec):
        backdrops.generate(wrong, *SMALL)
    failure = asking.refusal(asking.sticker(tmp_path / "source.png"), wrong)
    assert (failure.code, failure.stage) == ("invalid_spec", "background")


@pytest.mark.parametrize("size", [(16, 16), (40, 300), (300, 40)])
def test_any_size(size: tuple[int, int]) -> None:
    for scene in backdrops.SCENE_TYPES:
        assert backdrops.generate(Spec(scene, "warm", ()), *size).shape == (size[1], size[0], 3)


def test_the_catalogue_is_what_its_specs_draw(tmp_path: Path) -> None:
    entry = next(entry for entry in catalogue.ENTRIES if entry.slug == "evening-lights")
    catalogue.write_picture(entry, tmp_path / "again.jpg")
    assert (tmp_path / "again.jpg").read_bytes() == (CATALOGUE / "evening-lights.jpg").read_bytes()


def test_the_catalogue_s_list_is_current_and_complete() -> None:
    listed = json.loads((CATALOGUE / "catalogue.json").read_text(encoding="utf-8"))
    assert listed == json.loads(json.dumps(catalogue.as_json()))
    assert len(listed["backgrounds"]) >= 8
    assert listed["output_presets"][0]["format"] == "jpeg"
    for background in listed["backgrounds"]:
        path = CATALOGUE / background["file"]
        with Image.open(path) as picture:
            assert picture.size == (1600, 1200)
        assert path.stat().st_size < 250_000
