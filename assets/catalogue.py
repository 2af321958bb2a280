"""The shared catalogue: what `load_catalogue` puts into a database and its storage.

What is there already stays as staff left it; only a picture that has changed, or is gone, is put again.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from assets import pictures, storage
from assets.models import Background, OutputPreset

FOLDER = Path(__file__).parent / "catalogue"
_DESCRIPTION = ("display_name", "description", "scene_type", "mood", "dominant_colors", "metadata")


class CatalogueError(Exception):
    """A catalogue that can't be loaded; says what is wrong with it."""


def load(folder: Path, report: Callable[[str], None]) -> tuple[int, int]:
    """How many backgrounds and presets are new or changed; each is reported in one line.

    Raises CatalogueError, storage.Unavailable. Not to be called inside a transaction.
    """
    listed = _read(folder)
    try:
        # The first in the file shall be the newest: lists show it first.
        changed = [_background(folder, entry, report) for entry in reversed(listed["backgrounds"])]
        return sum(changed), _presets(listed["output_presets"])
    except (KeyError, TypeError) as error:
        raise CatalogueError(f"{folder / 'catalogue.json'} lacks or has too much: {error}") from error


def _read(folder: Path) -> dict[str, Any]:
    try:
        listed = json.loads((folder / "catalogue.json").read_bytes())
    except (OSError, ValueError) as error:
        raise CatalogueError(f"{folder / 'catalogue.json'} can't be read: {error}") from error
    if not isinstance(listed, dict):
        raise CatalogueError(f"{folder / 'catalogue.json'} is not an object")
    return listed


def _background(folder: Path, entry: Mapping[str, Any], report: Callable[[str], None]) -> bool:
    content, picture = _picture(folder / str(entry["file"]))
    digest = hashlib.sha256(content).hexdigest()
    # Named by its bytes: jobs that were accepted with an older picture still find it.
    key = f"catalogue/{digest}.{picture.format.extension}"
    place = storage.pictures()
    is_stored = place.stat(key) is not None
    if not is_stored:
        place.put(key, content, picture.format.content_type)
    is_new = _write(entry, key, digest)
    state = "new" if is_new else "unchanged" if is_stored else "stored again"
    report(f"{entry['slug']}: {picture.width} by {picture.height}, {state}")
    return is_new or not is_stored


def _picture(path: Path) -> tuple[bytes, pictures.Picture]:
    try:
        content = path.read_bytes()
        return content, pictures.inspect(content)
    except (OSError, pictures.NotAPicture) as error:
        raise CatalogueError(f"{path}: {error}") from error


def _write(entry: Mapping[str, Any], key: str, digest: str) -> bool:
    """Whether the row is new or has a new picture."""
    described = {name: entry[name] for name in _DESCRIPTION}
    # Durable: refuses to run inside a transaction, which would have been open while we talked to storage.
    with transaction.atomic(durable=True):
        row, is_new = Background.objects.get_or_create(
            slug=entry["slug"], defaults={"key": key, "sha256": digest, **described}
        )
        if is_new or row.sha256 == digest:
            return is_new
        return bool(Background.objects.filter(id=row.id).update(key=key, sha256=digest, **described))


def _presets(entries: list[dict[str, Any]]) -> int:
    rows = [OutputPreset(position=10 * number, **entry) for number, entry in enumerate(entries, start=1)]
    before = OutputPreset.objects.count()
    OutputPreset.objects.bulk_create(rows, ignore_conflicts=True)
    return OutputPreset.objects.count() - before
