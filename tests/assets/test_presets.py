"""presets.active and presets.all_active."""

import pytest

from assets import presets
from assets.models import OutputPreset

pytestmark = pytest.mark.django_db


def preset(name: str, **fields: object) -> OutputPreset:
    return OutputPreset.objects.create(name=name, width=100, height=50, **fields)


def test_an_active_preset_is_found_by_its_name() -> None:
    square = preset("square")
    assert presets.active("square") == square
    assert presets.active("Square") is None
    assert presets.active("") is None


def test_an_inactive_preset_is_not_found() -> None:
    preset("square", active=False)
    assert presets.active("square") is None
    assert presets.all_active() == []


def test_all_active_come_in_the_order_of_staff() -> None:
    third, first, second = preset("a", position=3), preset("c", position=1), preset("b", position=2)
    assert presets.all_active() == [first, second, third]
