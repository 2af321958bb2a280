"""uploads.receive: a picture that a client sent."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.base import File

from assets import storage, uploads
from assets.models import Upload
from clients import ulids
from tests.assets import samples
from tests.assets.conftest import Owner

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("kind", "extension"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")])
def test_the_picture_and_its_row(
    new_client: Callable[[], Owner], place: storage.PictureStorage, kind: str, extension: str
) -> None:
    caller, data = new_client().live, samples.picture(kind, (31, 17))
    upload = uploads.receive(caller, File(io.BytesIO(data), "photo.exe"))
    stem, _, suffix = upload.key.removeprefix(caller.storage_prefix).partition(".")
    assert ulids.is_valid(stem)
    assert suffix == extension
    stored = Upload.objects.for_client(caller).get()
    assert (stored.key, stored.format, stored.width, stored.height) == (upload.key, kind.lower(), 31, 17)
    assert (stored.bytes, stored.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert place.read(stored.key, 10**6) == data


def test_modes_are_apart(new_client: Callable[[], Owner], folder: Path) -> None:
    owner = new_client()
    live = uploads.receive(owner.live, File(io.BytesIO(samples.picture())))
    test = uploads.receive(owner.test, File(io.BytesIO(samples.picture())))
    assert "/live/" in live.key
    assert "/test/" in test.key
    assert list(Upload.objects.for_client(owner.test)) == [test]


def test_what_is_no_picture_leaves_nothing(new_client: Callable[[], Owner], folder: Path) -> None:
    with pytest.raises(uploads.NotAPicture):
        uploads.receive(new_client().live, File(io.BytesIO(b"hello")))
    assert not Upload.objects.exists()
    assert list(folder.rglob("*")) == []
