"""Pictures in a folder."""

import io
from pathlib import Path

import pytest
from django.core.exceptions import SuspiciousFileOperation

from assets import storage
from tests.assets import samples


def test_what_was_put_is_found_and_read(place: storage.PictureStorage) -> None:
    data = samples.picture("PNG")
    place.put("uploads/a b/ü.png", data, "image/png")
    assert place.stat("uploads/a b/ü.png") == storage.StoredFile(len(data), "image/png")
    assert place.read("uploads/a b/ü.png", 10) == data[:10]
    with place.open("uploads/a b/ü.png") as file:
        assert file.read() == data


def test_put_replaces_and_takes_streams(place: storage.PictureStorage) -> None:
    place.put("a.png", b"old", "image/png")
    place.put("a.png", io.BytesIO(b"new"), "image/png")
    assert place.read("a.png", 100) == b"new"


def test_deleting_is_final_and_may_be_repeated(place: storage.PictureStorage) -> None:
    place.put("a.png", b"a", "image/png")
    place.delete("a.png")
    place.delete("a.png")
    assert place.stat("a.png") is None


@pytest.mark.parametrize("key", ["b.png", "folder", "a.png/b.png", "x" * 400, "folder/" + "x" * 255 + ".png"])
def test_what_is_no_file_is_missing(place: storage.PictureStorage, key: str) -> None:
    place.put("a.png", b"a", "image/png")
    place.put("folder/a.png", b"a", "image/png")
    assert place.stat(key) is None
    with pytest.raises(FileNotFoundError):
        place.open(key)
    with pytest.raises(FileNotFoundError):
        place.read(key, 1)


@pytest.mark.parametrize("key", ["../secret", "link/secret", "link.png", "/etc/passwd", "a/../../secret", ""])
def test_nothing_outside_of_the_folder_is_reached(
    place: storage.PictureStorage, folder: Path, key: str
) -> None:
    (folder.parent / "secret").write_text("secret")
    (folder / "link").symlink_to(folder.parent)
    (folder / "link.png").symlink_to(folder.parent / "secret")
    assert place.stat(key) is None
    with pytest.raises(FileNotFoundError):
        place.open(key)
    with pytest.raises(SuspiciousFileOperation):
        place.put(key, b"changed", "image/png")
    assert (folder.parent / "secret").read_text() == "secret"


def test_a_broken_stream_leaves_the_old_file_and_no_other(
    place: storage.PictureStorage, folder: Path
) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(size) or self.fail()

        def fail(self) -> bytes:
            raise ConnectionResetError("cut")

    place.put("a.png", b"whole", "image/png")
    with pytest.raises(storage.Unavailable):
        place.put("a.png", Broken(b"half"), "image/png")
    assert place.read("a.png", 100) == b"whole"
    assert [path.name for path in folder.rglob("*") if path.is_file()] == ["a.png"]


def test_a_folder_that_is_away_is_unavailable_not_empty(place: storage.PictureStorage, folder: Path) -> None:
    (folder / "uploads").write_bytes(b"a file where a folder should be")
    with pytest.raises(storage.Unavailable):
        place.put("uploads/a.png", b"a", "image/png")
