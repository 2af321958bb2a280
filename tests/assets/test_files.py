"""/files/{key}: files on disk by signed URL."""

import contextlib
import json
import threading
import urllib.parse
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import pytest
import time_machine
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.http.response import HttpResponseBase
from django.test import Client
from pytest_django import Settings

from assets import files, storage
from tests.assets import samples

MINUTE = timedelta(minutes=1)
NOW = datetime.fromisoformat("2031-05-06T07:08:09+00:00")


@pytest.fixture
def http() -> Client:
    return Client(raise_request_exception=False)


def local(url: str) -> str:
    parts = urllib.parse.urlsplit(url)
    return f"{parts.path}?{parts.query}"


@pytest.fixture
def picture(place: storage.PictureStorage) -> bytes:
    data = samples.picture("PNG")
    place.put("uploads/a b.png", data, "image/png")
    return data


def test_get_serves_the_picture(
    http: Client, place: storage.PictureStorage, picture: bytes, settings: Settings
) -> None:
    url = place.signed_get_url("uploads/a b.png", MINUTE)
    assert url.startswith(f"{settings.PUBLIC_URL}/files/uploads/a%20b.png?X-Expires=")
    with contextlib.closing(http.get(local(url))) as answer:
        assert (answer.status_code, answer.getvalue()) == (200, picture)
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_head_tells_the_size_without_the_picture(
    http: Client, place: storage.PictureStorage, picture: bytes
) -> None:
    answer = http.head(local(place.signed_get_url("uploads/a b.png", MINUTE)))
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["Content-Length"] == str(len(picture))


@pytest.mark.parametrize("key", ["a.html", "a.svg", "a.png", "a"])
def test_what_is_no_picture_is_never_served_as_a_page(
    http: Client, place: storage.PictureStorage, key: str
) -> None:
    place.put(key, b"<html><script>alert(1)</script>", "text/html")
    with contextlib.closing(http.get(local(place.signed_get_url(key, MINUTE)))) as answer:
        assert answer["Content-Type"] == "application/octet-stream"


def test_a_missing_file_is_404(http: Client, place: storage.PictureStorage) -> None:
    answer = http.get(local(place.signed_get_url("uploads/none.png", MINUTE)))
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "RESOURCE_NOT_FOUND")


def test_a_link_out_of_the_folder_is_404(http: Client, place: storage.PictureStorage, folder: Path) -> None:
    (folder.parent / "secret.png").write_bytes(samples.picture("PNG"))
    (folder / "link.png").symlink_to(folder.parent / "secret.png")
    assert http.get(local(place.signed_get_url("link.png", MINUTE))).status_code == 404


def test_a_url_ends_with_its_time(http: Client, place: storage.PictureStorage, picture: bytes) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        url = local(place.signed_get_url("uploads/a b.png", MINUTE))
        clock.shift(MINUTE - timedelta(seconds=1))
        with contextlib.closing(http.get(url)) as answer:
            assert answer.status_code == 200
        clock.shift(timedelta(seconds=1))
        refused(http.get(url))


def refused(answer: HttpResponseBase) -> None:
    assert isinstance(answer, JsonResponse)
    assert answer.status_code == 403
    assert json.loads(answer.content)["error"]["code"] == "SIGNED_URL_INVALID"


TAMPERINGS = {
    "another key": lambda url: url.replace("a%20b", "c"),
    "a key below": lambda url: url.replace("a%20b.png", "a%20b.png/c"),
    "a longer life": lambda url: url.replace("X-Expires=1", "X-Expires=2"),
    "expiry as other digits": lambda url: url.replace("X-Expires=1", "X-Expires=%D9%A1"),
    "expiry with a blank": lambda url: url.replace("X-Expires=", "X-Expires=%20"),
    "no expiry": lambda url: url.replace("X-Expires", "x"),
    "no signature": lambda url: url.replace("X-Signature", "x"),
    "an empty signature": lambda url: url.partition("&")[0] + "&X-Signature=",
    "a shorter signature": lambda url: url[:-1],
    "another signature": lambda url: url[:-1] + ("0" if url[-1] != "0" else "1"),
    "a signature beyond ASCII": lambda url: url + "%C3%BC",
    "no query": lambda url: url.partition("?")[0],
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_a_tampered_url_is_refused(
    http: Client, place: storage.PictureStorage, picture: bytes, tampering: str
) -> None:
    place.put("uploads/c.png", picture, "image/png")
    url = local(place.signed_get_url("uploads/a b.png", MINUTE))
    changed = TAMPERINGS[tampering](url)
    assert changed != url
    refused(http.get(changed))


def test_a_url_serves_one_method(http: Client, place: storage.PictureStorage, picture: bytes) -> None:
    get = local(place.signed_get_url("uploads/a b.png", MINUTE))
    put = local(place.signed_put_url("uploads/a b.png", "image/png", MINUTE))
    refused(http.put(get, b"changed", content_type="image/png"))
    refused(http.put(get, b"changed", content_type=""))
    refused(http.get(put))
    assert http.head(put).status_code == 403
    assert place.read("uploads/a b.png", 10**6) == picture


def test_other_methods_are_refused_in_the_envelope(http: Client, place: storage.PictureStorage) -> None:
    for answer in (http.post("/files/a"), http.delete("/files/a"), http.options("/files/a")):
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, PUT")
        assert answer.json()["error"]["code"] == "METHOD_NOT_ALLOWED"


def test_put_stores_the_file(http: Client, place: storage.PictureStorage) -> None:
    data = samples.picture("WEBP")
    url = local(place.signed_put_url("renders/new.webp", "image/webp", MINUTE))
    assert http.put(url, data, content_type="image/webp").status_code == 200
    assert place.read("renders/new.webp", 10**6) == data
    assert place.stat("renders/new.webp") == storage.StoredFile(len(data), "image/webp")


@pytest.mark.parametrize("content_type", ["image/png", "text/html", "", "image/webp; charset=utf-8"])
def test_put_takes_only_the_content_type_it_was_signed_for(
    http: Client, place: storage.PictureStorage, content_type: str
) -> None:
    url = local(place.signed_put_url("renders/new.webp", "image/webp", MINUTE))
    refused(http.put(url, b"x", content_type=content_type))
    assert place.stat("renders/new.webp") is None


def test_put_after_its_time_is_refused(http: Client, place: storage.PictureStorage) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        url = local(place.signed_put_url("a.png", "image/png", MINUTE))
        clock.shift(MINUTE)
        refused(http.put(url, b"x", content_type="image/png"))


def test_put_over_the_limit_is_refused(http: Client, place: storage.PictureStorage) -> None:
    url = local(place.signed_put_url("a.png", "image/png", MINUTE))
    answer = http.put(
        url, b"x", content_type="image/png", headers={"Content-Length": str(files.MAX_PUT_BYTES + 1)}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "PAYLOAD_TOO_LARGE")
    assert place.stat("a.png") is None


@pytest.mark.parametrize("length", ["", "-1", "1e3", "ten"])
def test_put_has_to_say_its_length(http: Client, place: storage.PictureStorage, length: str) -> None:
    url = local(place.signed_put_url("a.png", "image/png", MINUTE))
    answer = http.put(url, b"x", content_type="image/png", headers={"Content-Length": length})
    assert answer.status_code == 411


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[WSGIServer]:
    """The application behind a real socket: a cut connection can't be had otherwise."""
    with WSGIServer(("127.0.0.1", 0), _Quiet) as server:
        server.set_app(get_wsgi_application())
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_put_that_is_cut_off_stores_nothing(
    server: WSGIServer, place: storage.PictureStorage, folder: Path
) -> None:
    place.put("a.png", b"old", "image/png")
    url = local(place.signed_put_url("a.png", "image/png", MINUTE))
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.putrequest("PUT", url)
    connection.putheader("Content-Type", "image/png")
    connection.putheader("Content-Length", "1000")
    connection.endheaders(b"half")
    connection.sock.shutdown(1)
    answer = connection.getresponse()
    assert answer.status == 400
    assert b"BODY_INCOMPLETE" in answer.read()
    connection.close()
    assert [path.read_bytes() for path in folder.rglob("*") if path.is_file()] == [b"old"]


def test_where_there_is_a_bucket_no_file_is_served(
    http: Client, place: storage.PictureStorage, settings: Settings
) -> None:
    url = local(place.signed_get_url("a.png", MINUTE))
    bucket = {"BACKEND": "assets.storage.BucketStorage", "OPTIONS": {"bucket_name": "b"}}
    settings.STORAGES = {**settings.STORAGES, "default": bucket}
    assert http.get(url).status_code == 404
