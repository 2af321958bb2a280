"""Where the subject stands and what the light does to it."""

from pathlib import Path

import numpy as np

from studio_client.reference import engine
from studio_client.reference.engine import light, matte, place
from studio_client.reference.pixels import Array
from tests.studio_client.reference.engine import asking

PLAIN = engine.Options(shadow=False, harmonise=False, light_wrap=False)


def standing(alpha: Array, width: int, height: int) -> place.Placed:
    colour = np.full((*alpha.shape, 3), 120, np.float32)
    return place.subject(matte.Matte(alpha, colour, 1.0), width, height)


def block(rows: slice, columns: slice) -> Array:
    """A solid block in a source of 200 × 200, given in percent."""
    alpha = np.zeros((100, 100), np.float32)
    alpha[rows, columns] = 1
    return np.repeat(np.repeat(alpha, 2, axis=0), 2, axis=1)


def extent(placed: place.Placed) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(placed.alpha.any(axis=1)), np.flatnonzero(placed.alpha.any(axis=0))
    return int(rows[0]), int(rows[-1]), int(columns[0]), int(columns[-1])


def test_a_free_subject_fits_the_box_and_sits_in_the_middle() -> None:
    top, bottom, left, right = extent(standing(block(slice(20, 80), slice(35, 65)), 400, 400))
    assert abs((bottom - top + 1) - 0.78 * 400) <= 2
    assert abs(left - (399 - right)) <= 1
    assert 400 - bottom < top


def test_what_touches_the_bottom_stays_there() -> None:
    placed = standing(block(slice(30, 100), slice(35, 65)), 400, 300)
    assert placed.touches == {"bottom"}
    assert extent(placed)[1] == 299


def test_what_is_cut_at_both_sides_reaches_both_sides() -> None:
    _, _, left, right = extent(standing(block(slice(50, 100), slice(0, 100)), 400, 300))
    assert (left, right) == (0, 399)


def test_the_shadow_lies_under_the_subject() -> None:
    placed = standing(block(slice(20, 80), slice(30, 70)), 300, 300)
    shade = light.shadow(placed)
    floor = int(placed.floor)
    assert shade[floor + 2, 150] > 0.35
    assert shade[20, 150] < 0.02
    assert shade[floor + 2, 5] < 0.1


def test_switched_off_steps_leave_subject_and_background_as_they_were(tmp_path: Path) -> None:
    background = asking.save(np.full((240, 240, 3), (90, 120, 60), np.uint8), tmp_path / "green.png")
    result, picture = asking.swap(asking.sticker(tmp_path / "source.png"), background, PLAIN)
    assert result.applied == ("cutout",)
    assert tuple(picture[120, 120]) == (200, 30, 40)
    assert tuple(picture[5, 5]) == tuple(picture[235, 120]) == (90, 120, 60)


def test_all_steps_are_named_and_seen_but_gentle(tmp_path: Path) -> None:
    background = asking.save(np.full((240, 240, 3), (90, 120, 60), np.uint8), tmp_path / "green.png")
    result, picture = asking.swap(asking.sticker(tmp_path / "source.png"), background)
    assert result.applied == ("cutout", "harmonise", "shadow", "light_wrap")
    assert picture[225, 120].sum() < 255
    moved = np.abs(picture[120, 120].astype(int) - (200, 30, 40))
    assert 0 < moved.max() < 30
