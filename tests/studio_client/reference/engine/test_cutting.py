"""The matte against pictures whose alpha is known exactly."""

import numpy as np
import pytest

from studio_client.reference import pixels
from studio_client.reference.engine import confidence, cut, matte
from tests.studio_client.reference.engine import photographs
from tests.studio_client.reference.engine.photographs import Photograph

SIDE = 400


def found(photograph: Photograph) -> matte.Matte:
    rough = cut.cut(photograph.rgb)
    judgement = confidence.judge(rough)
    fine = matte.refine(photograph.rgb, rough)
    assert confidence.verdict(confidence.settle(judgement, fine.certainty).score) == "ok"
    return fine


@pytest.mark.parametrize("backdrop", ["plain", "soft", "textured"])
@pytest.mark.parametrize("shape", ["disc", "bottle", "blob", "mug"])
def test_solid_subjects_are_cut_to_the_pixel(shape: str, backdrop: str) -> None:
    photograph = photographs.take(shape, backdrop, seed=3, width=SIDE, height=SIDE)
    alpha = found(photograph).alpha
    assert photographs.overlap(alpha, photograph.alpha) > 0.985
    assert photographs.difference(alpha, photograph.alpha) < 2.5


@pytest.mark.parametrize("shape", ["disc", "bottle", "blob"])
def test_a_busy_backdrop_does_not_fray_the_edge(shape: str) -> None:
    photograph = photographs.take(shape, "gravel", seed=3, width=SIDE, height=SIDE)
    alpha = found(photograph).alpha
    assert photographs.overlap(alpha, photograph.alpha) > 0.99
    assert photographs.difference(alpha, photograph.alpha) < 1.7


@pytest.mark.parametrize("backdrop", ["plain", "soft", "textured"])
def test_the_hole_of_a_ring_is_open(backdrop: str) -> None:
    photograph = photographs.take("ring", backdrop, seed=10, width=SIDE, height=SIDE)
    alpha = found(photograph).alpha
    middle = alpha[SIDE // 2 - 20 : SIDE // 2 + 20, SIDE // 2 - 20 : SIDE // 2 + 20]
    assert middle.max() < 0.05
    assert photographs.overlap(alpha, photograph.alpha) > 0.98


@pytest.mark.parametrize("backdrop", ["plain", "soft", "textured"])
def test_thin_stems_and_leaves_stay(backdrop: str) -> None:
    photograph = photographs.take("plant", backdrop, seed=10, width=SIDE, height=SIDE)
    assert photographs.overlap(found(photograph).alpha, photograph.alpha) > 0.93


def test_hair_is_soft_and_mostly_right() -> None:
    photograph = photographs.take("furry", "plain", seed=10, width=SIDE, height=SIDE)
    alpha = found(photograph).alpha
    assert photographs.overlap(alpha, photograph.alpha) > 0.87
    assert ((alpha > 0.1) & (alpha < 0.9)).mean() > 0.01


def test_the_shadow_on_the_old_wall_stays_behind() -> None:
    photograph = photographs.take("bottle", "soft", seed=3, width=SIDE, height=SIDE)
    beside = pixels.grow(photograph.alpha > 0, 0.1 * SIDE) & ~pixels.grow(photograph.alpha > 0, 4)
    assert found(photograph).alpha[beside].max() < 0.05


def test_the_old_backdrop_does_not_tint_the_edge() -> None:
    picture = np.full((SIDE, SIDE, 3), (20, 190, 40), np.uint8)
    alpha = photographs.disc(SIDE, SIDE, np.random.default_rng(5))
    red = np.array([200, 30, 30])
    mixed = np.rint(picture * (1 - alpha[..., None]) + red * alpha[..., None]).astype(np.uint8)
    fine = found(Photograph(mixed, alpha))
    edge = (fine.alpha > 0.2) & (fine.alpha < 0.8)
    assert edge.any()
    assert np.abs(fine.colour[edge] - red).mean() < 14


def test_the_same_picture_in_another_size_is_cut_alike() -> None:
    photograph = photographs.take("mug", "soft", seed=4, width=960, height=960)
    small = pixels.resize(photograph.rgb, SIDE, SIDE)
    large_alpha = pixels.resize(found(photograph).alpha, SIDE, SIDE)
    assert photographs.overlap(found(Photograph(small, large_alpha)).alpha, large_alpha) > 0.97
