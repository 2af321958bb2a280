"""manage.py load_catalogue, and the catalogue that comes with the code."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from assets import catalogue, pictures, storage
from assets.models import Background, OutputPreset
from tests.assets import samples

pytestmark = pytest.mark.django_db

PRESET = {"name": "square", "width": 100, "height": 100, "fit": "pad", "format": "jpeg", "quality": 80}


def entry(slug: str) -> dict[str, Any]:
    words = {"display_name": slug.title(), "description": "", "scene_type": "table", "mood": "bright"}
    return {
        "slug": slug,
        "file": f"{slug}.jpg",
        "dominant_colors": ["#ffffff"],
        "metadata": {"seed": 1},
        **words,
    }


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A catalogue of two backgrounds and one preset."""
    place = tmp_path / "catalogue"
    place.mkdir()
    for slug in ("first", "second"):
        (place / f"{slug}.jpg").write_bytes(samples.picture(size=(40, 30)))
    listed = {"backgrounds": [entry("first"), entry("second")], "output_presets": [PRESET]}
    (place / "catalogue.json").write_text(json.dumps(listed))
    return place


def load(folder: Path) -> list[str]:
    said, answer = io.StringIO(), io.StringIO()
    call_command("load_catalogue", folder=folder, stderr=said, stdout=answer)
    assert answer.getvalue() == ""
    return said.getvalue().splitlines()


def test_it_fills_an_empty_database_and_storage(source: Path, place: storage.PictureStorage) -> None:
    assert load(source) == [
        "second: 40 by 30, new",
        "first: 40 by 30, new",
        "2 backgrounds and 1 output presets are new or changed.",
    ]
    first, second = Background.objects.all()
    assert (first.slug, second.slug) == ("first", "second")
    assert (first.client, first.status, first.mood, first.metadata) == (None, "active", "bright", {"seed": 1})
    assert place.read(first.key, 10**6) == (source / "first.jpg").read_bytes()
    assert OutputPreset.objects.get().fit == "pad"


def test_a_second_time_changes_nothing(source: Path, place: storage.PictureStorage) -> None:
    load(source)
    before = list(Background.objects.values())
    assert load(source)[-1] == "0 backgrounds and 0 output presets are new or changed."
    assert list(Background.objects.values()) == before


def test_what_staff_changed_stays(source: Path, place: storage.PictureStorage) -> None:
    load(source)
    Background.objects.filter(slug="first").update(status="archived", display_name="Ours")
    OutputPreset.objects.update(active=False, quality=50)
    load(source)
    first = Background.objects.get(slug="first")
    assert (first.status, first.display_name) == ("archived", "Ours")
    assert (OutputPreset.objects.get().active, OutputPreset.objects.get().quality) == (False, 50)


def test_a_changed_picture_gets_a_new_key_and_the_old_one_stays(
    source: Path, place: storage.PictureStorage
) -> None:
    load(source)
    before = Background.objects.get(slug="first")
    (source / "first.jpg").write_bytes(samples.picture(size=(50, 30)))
    assert "first: 50 by 30, new" in load(source)
    after = Background.objects.get(slug="first")
    assert after.id == before.id
    assert after.key != before.key
    assert place.stat(before.key)
    assert place.stat(after.key)


def test_a_picture_that_is_gone_is_stored_again(source: Path, place: storage.PictureStorage) -> None:
    load(source)
    first = Background.objects.get(slug="first")
    place.delete(first.key)
    assert "first: 40 by 30, stored again" in load(source)
    assert place.stat(first.key)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("first.jpg", b"hello"),
        ("catalogue.json", b"{"),
        ("catalogue.json", b"[]"),
        ("catalogue.json", b"{}"),
        ("catalogue.json", b'{"backgrounds": [{}], "output_presets": []}'),
        ("catalogue.json", b'{"backgrounds": [], "output_presets": [{"size": 1}]}'),
    ],
)
def test_a_broken_catalogue_is_refused_by_name(source: Path, folder: Path, file: str, content: bytes) -> None:
    (source / file).write_bytes(content)
    with pytest.raises(CommandError, match=file):
        load(source)


def test_a_folder_without_a_catalogue_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"catalogue\.json"):
        load(tmp_path)


def test_the_catalogue_that_comes_with_the_code(place: storage.PictureStorage) -> None:
    load(catalogue.FOLDER)
    rows = list(Background.objects.all())
    assert len(rows) >= 8
    for row in rows:
        content = place.read(row.key, 10**8)
        assert pictures.inspect(content).width >= 1000
    presets = list(OutputPreset.objects.all())
    assert presets[0].format == "jpeg"
    for preset in presets:
        preset.full_clean(validate_unique=False)
