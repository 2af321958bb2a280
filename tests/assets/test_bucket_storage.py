"""Pictures in an S3 bucket, against a server that checks signatures."""

import hashlib
import io
import urllib.parse
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
import time_machine
from pytest_django import Settings

from assets import storage, uploads
from tests.assets import bucket, samples
from tests.assets.conftest import Owner

MINUTE = timedelta(minutes=1)
# rclone answers some refusals with 400 where S3 has 403.
REFUSED = {400, 403}


@pytest.fixture(scope="module")
def pictures_bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bucket.Bucket]:
    with bucket.serve(tmp_path_factory.mktemp("s3")) as served:
        yield served


@pytest.fixture
def place(pictures_bucket: bucket.Bucket, settings: Settings) -> storage.PictureStorage:
    settings.STORAGES = {**settings.STORAGES, "default": pictures_bucket.storage}
    return storage.pictures()


def test_what_was_put_is_found_and_read(place: storage.PictureStorage) -> None:
    data = samples.picture("PNG")
    place.put("uploads/a b/ü.png", data, "image/png")
    assert place.stat("uploads/a b/ü.png") == storage.StoredFile(len(data), "image/png")
    assert place.read("uploads/a b/ü.png", 10) == data[:10]
    with place.open("uploads/a b/ü.png") as file:
        assert file.read() == data


def test_put_replaces_and_takes_streams(place: storage.PictureStorage) -> None:
    place.put("again.png", b"old", "image/png")
    place.put("again.png", io.BytesIO(b"new"), "image/png")
    assert place.read("again.png", 100) == b"new"


def test_what_is_not_there_is_missing(place: storage.PictureStorage) -> None:
    assert place.stat("uploads/none.png") is None
    with pytest.raises(FileNotFoundError):
        place.open("uploads/none.png")
    with pytest.raises(FileNotFoundError):
        place.read("uploads/none.png", 1)


def test_deleting_is_final_and_may_be_repeated(place: storage.PictureStorage) -> None:
    place.put("gone.png", b"a", "image/png")
    place.delete("gone.png")
    place.delete("gone.png")
    assert place.stat("gone.png") is None


def test_a_get_url_serves_the_picture_to_anybody(place: storage.PictureStorage) -> None:
    data = samples.picture("PNG")
    place.put("uploads/a b.png", data, "image/png")
    answer = requests.get(place.signed_get_url("uploads/a b.png", MINUTE), timeout=5)
    assert (answer.status_code, answer.content) == (200, data)
    assert answer.headers["Content-Type"] == "image/png"


def test_a_put_url_takes_the_picture_of_anybody(place: storage.PictureStorage) -> None:
    data = samples.picture("WEBP")
    url = place.signed_put_url("renders/new.webp", "image/webp", MINUTE)
    assert requests.put(url, data, headers={"Content-Type": "image/webp"}, timeout=5).status_code == 200
    assert place.read("renders/new.webp", 10**6) == data


def _with(url: str, **changes: str) -> str:
    parts = urllib.parse.urlsplit(url)
    query = dict(urllib.parse.parse_qsl(parts.query)) | {
        f"X-Amz-{name}": value for name, value in changes.items()
    }
    return parts._replace(query=urllib.parse.urlencode(query)).geturl()


TAMPERINGS: dict[str, Callable[[str], str]] = {
    "another key": lambda url: url.replace("mine.png", "other.png"),
    "a longer life": lambda url: _with(url, Expires="604800"),
    "another day": lambda url: _with(url, Date="20991231T000000Z"),
    "another signature": lambda url: _with(url, Signature="0" * 64),
    "no signature": lambda url: url.partition("?")[0],
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_a_tampered_url_is_refused(place: storage.PictureStorage, tampering: str) -> None:
    place.put("mine.png", b"mine", "image/png")
    place.put("other.png", b"other", "image/png")
    change = TAMPERINGS[tampering]
    assert _get(change(place.signed_get_url("mine.png", MINUTE))) in REFUSED
    url = place.signed_put_url("mine.png", "image/png", MINUTE)
    assert _put(change(url), "image/png") in REFUSED
    assert (place.read("mine.png", 10), place.read("other.png", 10)) == (b"mine", b"other")


def test_a_url_serves_one_method(place: storage.PictureStorage) -> None:
    place.put("mine.png", b"mine", "image/png")
    assert _put(place.signed_get_url("mine.png", MINUTE), "image/png") == 403
    put = place.signed_put_url("mine.png", "image/png", MINUTE)
    assert requests.get(put, headers={"Content-Type": "image/png"}, timeout=5).status_code == 403
    assert place.read("mine.png", 10) == b"mine"


def test_a_put_takes_only_the_content_type_it_was_signed_for(place: storage.PictureStorage) -> None:
    place.put("mine.png", b"mine", "image/png")
    assert _put(place.signed_put_url("mine.png", "image/png", MINUTE), "text/html") == 403
    assert place.read("mine.png", 10) == b"mine"


def test_an_expired_url_is_refused(place: storage.PictureStorage) -> None:
    place.put("mine.png", b"mine", "image/png")
    # The server's clock can't be moved; ours can. The longer life shows that it is the expiry that counts.
    with time_machine.travel(datetime.now(UTC) - timedelta(seconds=10)):
        over, lasting = timedelta(seconds=5), MINUTE
        get, put = place.signed_get_url("mine.png", over), place.signed_put_url("mine.png", "image/png", over)
        lasting_get = place.signed_get_url("mine.png", lasting)
    assert _get(get) in REFUSED
    assert _put(put, "image/png") in REFUSED
    assert _get(lasting_get) == 200
    assert place.read("mine.png", 10) == b"mine"


SHA256 = hashlib.sha256(b"12345").digest()
WRONG: dict[str, tuple[bytes, dict[str, str]]] = {
    "a page": (b"12345", {"Content-Type": "text/html"}),
    "longer": (b"123456", {"Content-Length": "6"}),
    "shorter": (b"1234", {"Content-Length": "4"}),
    "no digest": (b"12345", {storage.CHECKSUM_HEADER: ""}),
    "another digest": (b"54321", {storage.CHECKSUM_HEADER: "x" * 44}),
}


def test_an_upload_url_takes_the_announced_file(place: storage.PictureStorage) -> None:
    announced = storage.Announced("image/png", 5, SHA256)
    url = place.signed_upload_url("uploads/new a.png", announced, MINUTE)
    assert requests.put(url, b"12345", headers=announced.headers, timeout=5).status_code == 200
    assert place.read("uploads/new a.png", 10) == b"12345"
    assert place.stat("uploads/new a.png") == storage.StoredFile(5, "image/png")


# That the content has the digest is for S3 to check: this server asks only for the signed header.
@pytest.mark.parametrize("wrong", WRONG)
def test_an_upload_url_takes_nothing_else(place: storage.PictureStorage, wrong: str) -> None:
    announced = storage.Announced("image/png", 5, SHA256)
    url = place.signed_upload_url("uploads/wrong.png", announced, MINUTE)
    data, changes = WRONG[wrong]
    headers = {name: value for name, value in {**announced.headers, **changes}.items() if value}
    assert requests.put(url, data, headers=headers, timeout=5).status_code in REFUSED
    assert requests.put(_moved(url), b"12345", headers=announced.headers, timeout=5).status_code in REFUSED
    assert place.stat("uploads/wrong.png") is None
    assert place.stat("uploads/moved.png") is None


def _moved(url: str) -> str:
    return url.replace("wrong.png", "moved.png")


def test_presigned_uploads_look_the_same_as_on_disk(
    db: None,
    place: storage.PictureStorage,
    new_client: Callable[[], Owner],
    tmp_path: Path,
    settings: Settings,
) -> None:
    owner = new_client()
    data = samples.picture("PNG")
    body = {"content_type": "image/png", "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    link = owner.http.post("/v1/uploads/presign", body, "application/json").json()
    assert requests.put(link["url"], data, headers=link["headers"], timeout=5).status_code == 200
    found = uploads.find_source(owner.live, link["upload_key"])
    assert found is not None
    assert requests.put(link["url"], data, headers=link["headers"], timeout=5).status_code == 200
    assert place.read(found.place, 10**7) == data
    disk = {"BACKEND": "assets.storage.DiskStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": disk}
    on_disk = owner.http.post("/v1/uploads/presign", body, "application/json").json()
    changing = {"upload_key", "url", "expires_at"}
    assert {name: value for name, value in link.items() if name not in changing} == {
        name: value for name, value in on_disk.items() if name not in changing
    }
    assert link["upload_key"].rpartition("/")[0] == on_disk["upload_key"].rpartition("/")[0]


def _get(url: str) -> int:
    return requests.get(url, timeout=5).status_code


def _put(url: str, content_type: str) -> int:
    return requests.put(url, b"changed", headers={"Content-Type": content_type}, timeout=5).status_code


@pytest.mark.parametrize(
    "change", [{"endpoint_url": "http://127.0.0.1:9"}, {"secret_key": "wrong"}, {"bucket_name": "none"}]
)
def test_a_bucket_that_is_away_is_unavailable_not_empty(
    pictures_bucket: bucket.Bucket, change: dict[str, str]
) -> None:
    place = storage.BucketStorage(**{**pictures_bucket.storage["OPTIONS"], **change})
    with pytest.raises(storage.Unavailable):
        place.put("a.png", b"a", "image/png")
    if "bucket_name" not in change:
        for ask in (place.stat, place.open, lambda key: place.read(key, 1)):
            with pytest.raises(storage.Unavailable):
                ask("a.png")
