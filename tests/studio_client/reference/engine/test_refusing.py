"""Pictures that hold nothing to cut out, or nothing that can be told from the rest."""

import pickle
from pathlib import Path

import numpy as np
import pytest

from studio_client.reference import engine
from studio_client.reference.pixels import Array
from tests.studio_client.reference.engine import asking, photographs


def noise() -> Array:
    return np.random.default_rng(1).integers(0, 256, (300, 300, 3), np.uint8)


def weave() -> Array:
    y, x = np.mgrid[0:300, 0:300]
    grey = 128 + 50 * np.sin(x / 3.0) + 50 * np.sin(y / 4.0)
    return np.repeat(grey.astype(np.uint8)[..., None], 3, axis=2)


def flat() -> Array:
    return np.full((300, 300, 3), 180, np.uint8)


def sky() -> Array:
    return photographs.soft(300, 300, np.random.default_rng(2))


@pytest.mark.parametrize("picture", [flat, noise, weave, sky], ids=lambda made: str(made.__name__))
def test_nothing_stands_out(picture: object, tmp_path: Path) -> None:
    assert callable(picture)
    failure = asking.refusal(asking.save(picture(), tmp_path / "source.png"))
    assert (failure.code, failure.stage) == ("no_subject", "segment")
    assert failure.reasons


def test_a_subject_that_leaves_a_sliver_of_wall(tmp_path: Path) -> None:
    picture = np.full((300, 300, 3), (240, 240, 240), np.uint8)
    picture[8:, 8:-8] = (150, 30, 60)
    failure = asking.refusal(asking.save(picture, tmp_path / "close.png"))
    assert failure.code == "subject_fills_frame"


def test_an_empty_transparent_picture(tmp_path: Path) -> None:
    failure = asking.refusal(asking.save(np.zeros((80, 80, 4), np.uint8), tmp_path / "empty.png"))
    assert (failure.code, failure.reasons) == ("no_subject", ("transparent",))


def test_confetti_is_not_separable(tmp_path: Path) -> None:
    random = np.random.default_rng(7)
    picture = np.full((400, 400, 3), 20, np.uint8)
    for _ in range(350):
        y, x, size = random.integers(4, 390), random.integers(4, 390), random.integers(2, 6)
        picture[y : y + size, x : x + size] = random.integers(60, 255, 3)
    failure = asking.refusal(asking.save(picture, tmp_path / "confetti.png"))
    assert failure.code == "subject_not_separable"
    assert failure.reasons


def test_a_failure_survives_the_way_between_processes() -> None:
    failure = engine.EngineFailure("no_subject", "Nothing there", "segment", ("nothing_salient",))
    again = pickle.loads(pickle.dumps(failure))
    assert (again.code, again.message, again.stage, again.reasons) == (
        "no_subject",
        "Nothing there",
        "segment",
        ("nothing_salient",),
    )
    assert str(again) == "no_subject in segment: Nothing there"
