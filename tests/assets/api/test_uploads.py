"""POST /v1/uploads"""

import base64
import hashlib
import hmac
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as HttpClient
from django.test.client import BOUNDARY, encode_multipart
from pytest_django import Settings

from assets import storage
from assets.models import Upload
from clients.models import ApiKey
from tests.assets import samples
from tests.assets.conftest import Owner
from workflows.models import RequestLog

pytestmark = pytest.mark.django_db

# Django's test client encodes by itself what it is given under just its own name for this.
FORM = f"multipart/form-data;boundary={BOUNDARY}"


@pytest.fixture
def owner(new_client: Callable[[], Owner], folder: Path) -> Owner:
    return new_client()


def photo(content: bytes | None = None, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, samples.picture(size=(40, 30)) if content is None else content)


def faults(answer: Any) -> list[tuple[list[str], str]]:
    assert answer.status_code == 422, answer.content
    assert answer.json()["error"]["code"] == "VALIDATION_ERROR"
    return [(fault["loc"], fault["type"]) for fault in answer.json()["detail"]]


def test_a_picture_is_kept(owner: Owner) -> None:
    data = samples.picture(size=(40, 30))
    answer = owner.http.post("/v1/uploads", {"file": photo(data, "../../etc/passwd")})
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"upload_key", "image_url", "width", "height"}
    assert (body["width"], body["height"]) == (40, 30)
    assert body["upload_key"].startswith(owner.live.storage_prefix)
    assert Upload.objects.for_client(owner.live).get().key == body["upload_key"]
    assert storage.pictures().read(body["upload_key"], 10**6) == data
    parts = urllib.parse.urlsplit(body["image_url"])
    picture = HttpClient().get(f"{parts.path}?{parts.query}")
    assert picture.getvalue() == data


def test_a_large_picture_that_does_not_stay_in_memory_is_kept(owner: Owner) -> None:
    data = samples.picture("PNG", (900, 700))
    assert len(data) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    body = owner.http.post("/v1/uploads", {"file": photo(data)}).json()
    assert storage.pictures().read(body["upload_key"], 10**7) == data


def test_a_test_key_stores_under_its_own_prefix(owner: Owner) -> None:
    body = owner.test_http.post("/v1/uploads", {"file": photo()}).json()
    assert body["upload_key"].startswith(owner.test.storage_prefix)


def test_it_is_written_into_the_request_log(owner: Owner) -> None:
    answer = owner.http.post("/v1/uploads", {"file": photo()})
    assert RequestLog.objects.get(id=answer["X-Request-Id"]).status == 201


def test_a_signed_form_is_verified_and_still_read(owner: Owner) -> None:
    body = encode_multipart(BOUNDARY, {"file": photo()})
    digest = hmac.new(owner.signing_secret.encode(), body, hashlib.sha256).digest()
    headers = {"X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode()}
    answer = owner.http.post("/v1/uploads", body, FORM, headers=headers)
    assert (answer.status_code, answer.json().get("width")) == (201, 40)
    changed = body.replace(b"photo.jpg", b"other.jpg")
    answer = owner.http.post("/v1/uploads", changed, FORM, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "SIGNATURE_INVALID")
    assert Upload.objects.count() == 1


@pytest.mark.parametrize("form", [{}, {"image": "x"}])
def test_a_missing_file_is_named(owner: Owner, form: dict[str, str]) -> None:
    assert (["body", "file"], "missing") in faults(owner.http.post("/v1/uploads", form))


def test_an_empty_body_misses_the_file(owner: Owner) -> None:
    for content_type in (FORM, ""):
        answer = owner.http.post("/v1/uploads", b"", content_type)
        assert faults(answer) == [(["body", "file"], "missing")]


def test_unknown_fields_are_refused(owner: Owner) -> None:
    form = {"file": photo(), "client": "x", "credits_cost": "0", "second": photo()}
    assert faults(owner.http.post("/v1/uploads", form)) == [
        (["body", name], "extra_forbidden") for name in ("client", "credits_cost", "second")
    ]


def test_a_string_is_not_a_file(owner: Owner) -> None:
    assert faults(owner.http.post("/v1/uploads", {"file": "x"})) == [(["body", "file"], "value_error")]


def test_two_files_are_one_too_many(owner: Owner) -> None:
    answer = owner.http.post("/v1/uploads", {"file": [photo(), photo()]})
    assert faults(answer) == [(["body", "file"], "value_error")]


WHOLE = samples.picture("PNG")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        WHOLE[: len(WHOLE) // 2],
        samples.png_that_says(15_000, 15_000),
        samples.animation("WEBP"),
    ],
    ids=["empty", "text", "svg", "truncated", "bomb", "animated"],
)
def test_what_is_no_picture_is_refused_and_leaves_nothing(owner: Owner, folder: Path, content: bytes) -> None:
    assert faults(owner.http.post("/v1/uploads", {"file": photo(content)})) == [
        (["body", "file"], "value_error")
    ]
    assert not Upload.objects.exists()
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_a_file_over_the_limit_is_too_large(owner: Owner, settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 1000
    answer = owner.http.post("/v1/uploads", {"file": photo()})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "PAYLOAD_TOO_LARGE")


def test_a_body_over_the_limit_is_too_large(owner: Owner, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = owner.http.post("/v1/uploads", {"file": photo()})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize(
    "content_type", ["application/json", "image/jpeg", "application/x-www-form-urlencoded"]
)
def test_only_forms_are_taken(owner: Owner, content_type: str) -> None:
    answer = owner.http.post("/v1/uploads", b"{}", content_type)
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"x", "multipart/form-data"),
        (b"x", "multipart/form-data; boundary="),
        (b"x", 'multipart/form-data; boundary="\xc3\xbc"'),
        (encode_multipart(BOUNDARY, {f"field{n}": "" for n in range(1100)}), FORM),
        (encode_multipart(BOUNDARY, {f"file{n}": photo(b"x") for n in range(110)}), FORM),
    ],
    ids=["no boundary", "empty boundary", "odd boundary", "many fields", "many files"],
)
def test_a_form_that_cannot_be_read_is_refused(owner: Owner, body: bytes, content_type: str) -> None:
    assert faults(owner.http.post("/v1/uploads", body, content_type)) == [(["body"], "value_error")]


def test_a_cut_form_misses_the_file_or_its_end(owner: Owner) -> None:
    body = encode_multipart(BOUNDARY, {"file": photo()})
    for end in (len(body) // 2, 20):
        assert faults(owner.http.post("/v1/uploads", body[:end], FORM))


def test_an_odd_field_name_is_shown_cut(owner: Owner) -> None:
    answer = owner.http.post("/v1/uploads", {"file": photo(), "ü" * 400: "x"})
    assert faults(answer) == [(["body", "ü" * 255], "extra_forbidden")]


def test_it_needs_a_key_that_may_create_jobs(owner: Owner, folder: Path) -> None:
    answer = HttpClient().post("/v1/uploads", {"file": photo()})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "UNAUTHENTICATED")
    ApiKey.objects.update(capabilities=["jobs:read", "billing:read"])
    answer = owner.http.post("/v1/uploads", {"file": photo()})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "CAPABILITY_MISSING")


def test_get_is_not_allowed(owner: Owner) -> None:
    answer = owner.http.get("/v1/uploads")
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "METHOD_NOT_ALLOWED")


def test_storage_away_is_503_and_leaves_no_row(owner: Owner, folder: Path) -> None:
    (folder / "uploads").write_bytes(b"a file where a folder should be")
    answer = owner.http.post("/v1/uploads", {"file": photo()})
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "SERVICE_UNAVAILABLE")
    assert answer["Retry-After"]
    assert not Upload.objects.exists()
