"""uploads.find_source: a source image by its key, registered when it is seen for the first time."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from assets import storage, uploads
from assets.models import Upload
from clients.callers import Caller
from tests.assets import samples, test_keys
from tests.assets.conftest import Owner
from tests.databases import Database


@pytest.fixture
def owner(db: None, new_client: Callable[[], Owner]) -> Owner:
    return new_client()


def put(place: storage.PictureStorage, caller: Caller, name: str, data: bytes | None = None) -> str:
    key = caller.storage_prefix + name
    place.put(key, samples.picture(size=(31, 17)) if data is None else data, "image/jpeg")
    return key


def test_an_object_is_looked_into_and_registered_once(
    owner: Owner, place: storage.PictureStorage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    key = put(place, owner.live, "spring/shoe 1.jpg")
    found = uploads.find_source(owner.live, key)
    assert found is not None
    assert (found.key, found.format, found.width, found.height) == (key, "jpeg", 31, 17)
    place.delete(key)
    with django_assert_num_queries(1):
        assert uploads.find_source(owner.live, key) == found
    assert list(Upload.objects.all()) == [found]


@pytest.mark.parametrize("written", ["a%20b.jpg", "a b.jpg"])
def test_a_key_may_come_percent_encoded(owner: Owner, place: storage.PictureStorage, written: str) -> None:
    put(place, owner.live, "a b.jpg")
    found = uploads.find_source(owner.live, owner.live.storage_prefix + written)
    assert found is not None
    assert found.key == owner.live.storage_prefix + "a b.jpg"


def test_an_unknown_key_is_nothing(owner: Owner, place: storage.PictureStorage) -> None:
    assert uploads.find_source(owner.live, owner.live.storage_prefix + "none.jpg") is None


def test_a_key_too_long_for_the_file_system_is_nothing(owner: Owner, place: storage.PictureStorage) -> None:
    assert uploads.find_source(owner.live, owner.live.storage_prefix + "a" * 900) is None


def test_other_clients_and_the_other_mode_see_nothing(
    owner: Owner, new_client: Callable[[], Owner], place: storage.PictureStorage
) -> None:
    registered, waiting = put(place, owner.live, "a.jpg"), put(place, owner.live, "b.jpg")
    assert uploads.find_source(owner.live, registered)
    for stranger in (owner.test, new_client().live):
        assert uploads.find_source(stranger, registered) is None
        assert uploads.find_source(stranger, waiting) is None
    assert Upload.objects.count() == 1


def test_hostile_keys_reach_neither_database_nor_storage(
    owner: Owner, place: storage.PictureStorage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    victim = put(place, owner.test, "a.jpg")
    with django_assert_num_queries(0):
        for key in [victim, *test_keys.HOSTILE]:
            theirs = key.replace(test_keys.MINE, owner.live.client.id)
            assert uploads.find_source(owner.live, theirs) is None, key


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "unsupported_format"), (b"hello", "unsupported_format"), (None, "image_too_large")],
)
def test_an_object_that_is_no_picture_says_why(
    owner: Owner, place: storage.PictureStorage, settings: Settings, data: bytes | None, code: str
) -> None:
    if data is None:
        settings.UPLOAD_MAX_BYTES = 100
    key = put(place, owner.live, "a.jpg", data)
    with pytest.raises(uploads.NotAPicture) as caught:
        uploads.find_source(owner.live, key)
    assert caught.value.code == code
    assert not Upload.objects.exists()


def test_inside_a_transaction_it_refuses(
    committed_db: Database, new_client: Callable[[], Owner], place: storage.PictureStorage
) -> None:
    caller = new_client().live
    key = put(place, caller, "a.jpg")
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        uploads.find_source(caller, key)
    assert uploads.find_source(caller, key)


def test_one_that_another_request_clears_away_meanwhile_is_found(
    owner: Owner, place: storage.PictureStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = put(place, owner.live, "presigned/a.jpg")
    stat = place.stat

    def overtaken(asked: str) -> storage.StoredFile | None:
        monkeypatch.setattr(place, "stat", stat)
        assert uploads.find_source(owner.live, key)
        return stat(asked)

    monkeypatch.setattr(place, "stat", overtaken)
    assert uploads.find_source(owner.live, key) == Upload.objects.get(key=key)


@pytest.mark.parametrize("name", ["a.jpg", "presigned/a.jpg"], ids=["stays", "is cleared"])
def test_those_that_find_the_same_object_get_the_same_row(
    committed_db: Database, new_client: Callable[[], Owner], place: storage.PictureStorage, name: str
) -> None:
    caller = new_client().live
    key = put(place, caller, name)
    start, found = threading.Barrier(8), []

    def find() -> None:
        start.wait(10)
        found.append(uploads.find_source(caller, key))
        connection.close()

    threads = [threading.Thread(target=find) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert found == [Upload.objects.get()] * 8
