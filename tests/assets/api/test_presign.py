"""POST /v1/uploads/presign, and what its link and its key are good for; here with files on disk."""

import base64
import hashlib
import urllib.parse
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as HttpClient

from assets import storage, uploads
from assets.models import Upload
from tests import world as worlds
from tests.assets import samples
from tests.world import Answer, World, dispatch, refused
from workflows.models import Job

PATH = "/v1/uploads/presign"
# Of one size in bytes, as a link wants it: what follows a PNG's end is nobody's.
FIRST, SECOND = (worlds.picture((width, 12)).ljust(200, b"\0") for width in (16, 17))


def announced(data: bytes, **changes: Any) -> dict[str, Any]:
    return {"content_type": "image/png", "bytes": len(data), **changes}


def presign(world: World, data: bytes, **changes: Any) -> dict[str, Any]:
    answer = world.api.post(PATH, announced(data, **changes))
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def send(link: dict[str, Any], data: bytes, **changes: str | None) -> Answer:
    """The PUT as it was told, but for some headers; None leaves one out."""
    headers = {**link["headers"], **{name.replace("_", "-"): value for name, value in changes.items()}}
    content_type = headers.pop("Content-Type")
    headers = {name: value for name, value in headers.items() if value is not None}
    parts = urllib.parse.urlsplit(link["url"])
    http = HttpClient(raise_request_exception=False)
    return http.put(f"{parts.path}?{parts.query}", data, content_type=content_type, headers=headers)


def stored(link: dict[str, Any]) -> bytes | None:
    try:
        return storage.pictures().read(link["upload_key"], 10**6)
    except FileNotFoundError:
        return None


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_tells_how_to_send_one_picture(world: World) -> None:
    before = datetime.now(UTC)
    data = worlds.picture()
    link = presign(world, data, sha256=digest(data))
    assert set(link) == {"upload_key", "method", "url", "headers", "expires_at"}
    assert link["upload_key"].startswith(world.owner.caller().storage_prefix)
    assert link["upload_key"].endswith(".png")
    assert link["method"] == "PUT"
    assert link["headers"] == {
        "Content-Type": "image/png",
        "Content-Length": str(len(data)),
        "x-amz-checksum-sha256": base64.b64encode(hashlib.sha256(data).digest()).decode(),
    }
    expires_at = datetime.fromisoformat(link["expires_at"])
    assert timedelta(seconds=298) < expires_at - before <= timedelta(seconds=300)
    assert send(link, data).status_code == 200
    assert stored(link) == data


def test_a_test_key_gets_a_place_of_its_own_mode(world: World) -> None:
    data = worlds.picture()
    link = world.owner.test_api.post(PATH, announced(data)).json()
    assert link["upload_key"].startswith(world.owner.caller(livemode=False).storage_prefix)
    assert send(link, data).status_code == 200
    key = link["upload_key"]
    for stranger in (world.owner.caller(), worlds.new_owner().caller()):
        assert uploads.find_source(stranger, key) is None
    assert dispatch(world, world.owner.test_api, source_image_s3_key=key)


def test_every_link_leads_to_a_new_place(world: World) -> None:
    assert len({presign(world, b"x")["upload_key"] for _ in range(3)}) == 3


@pytest.mark.parametrize(
    ("data", "headers"),
    [
        (b"12345", {"Content_Type": "text/html"}),
        (b"12345", {"Content_Type": "image/jpeg"}),
        (b"123456", {"Content_Length": "6"}),
        (b"1234", {"Content_Length": "4"}),
        (b"12345", {"x_amz_checksum_sha256": None}),
        (b"54321", {"x_amz_checksum_sha256": base64.b64encode(hashlib.sha256(b"54321").digest()).decode()}),
    ],
    ids=["page", "other type", "longer", "shorter", "no digest", "other digest"],
)
def test_the_link_takes_nothing_but_what_was_announced(
    world: World, data: bytes, headers: dict[str, str | None]
) -> None:
    link = presign(world, b"12345", sha256=digest(b"12345"))
    answer = send(link, data, **headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "SIGNED_URL_INVALID")
    assert stored(link) is None
    assert send(link, b"12345").status_code == 200


def test_the_content_must_have_the_digest(world: World) -> None:
    link = presign(world, b"12345", sha256=digest(b"12345"))
    answer = send(link, b"54321")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "CHECKSUM_MISMATCH")
    assert stored(link) is None


def test_the_link_ends(world: World) -> None:
    link = presign(world, b"12345")
    with time_machine.travel(datetime.fromisoformat(link["expires_at"])):
        assert send(link, b"12345").status_code == 403
    assert stored(link) is None


def test_a_key_is_unknown_until_its_picture_is_there(world: World) -> None:
    data = worlds.picture()
    link = presign(world, data)
    order = world.order(source_image_s3_key=link["upload_key"])

    def call() -> Answer:
        return world.api.post(worlds.SWAP, order, Idempotency_Key="order-1")

    assert worlds.faults(refused(call, 422, "VALIDATION_ERROR")) == [
        (("body", "source_image_s3_key"), "value_error")
    ]
    send(link, data)
    assert call().status_code == 202


@pytest.mark.parametrize("data", [b"hello", samples.png_that_says(15_000, 15_000), samples.animation("WEBP")])
def test_what_is_no_picture_is_refused_when_it_is_named(world: World, data: bytes) -> None:
    link = presign(world, data)
    send(link, data)
    assert worlds.invalid(world, world.order(source_image_s3_key=link["upload_key"])) == [
        (("body", "source_image_s3_key"), "value_error")
    ]
    assert not Upload.objects.filter(key=link["upload_key"]).exists()


def test_sending_again_replaces_until_a_job_names_the_key(world: World) -> None:
    link = presign(world, FIRST)
    send(link, FIRST)
    assert send(link, SECOND).status_code == 200
    dispatch(world, source_image_s3_key=link["upload_key"])
    assert Upload.objects.get(key=link["upload_key"]).width == 17


def test_what_a_job_uses_is_out_of_the_links_reach(world: World) -> None:
    link = presign(world, FIRST)
    send(link, FIRST)
    jobs = [dispatch(world, source_image_s3_key=link["upload_key"])]
    assert send(link, SECOND).status_code == 200
    jobs.append(dispatch(world, source_image_s3_key=link["upload_key"]))
    for job in jobs:
        source = Job.objects.get(id=job.id).inputs["source"]
        assert storage.pictures().read(source["key"], 10**6) == FIRST
        assert source["sha256"] == digest(FIRST)
    shown = world.api.get(f"/v1/jobs/{jobs[0].id}").json()["request"]["source_image_s3_key"]
    assert shown == link["upload_key"]


def test_the_first_place_is_cleared_once_the_picture_is_kept(world: World) -> None:
    data = worlds.picture()
    link = presign(world, data)
    send(link, data)
    dispatch(world, source_image_s3_key=link["upload_key"])
    assert stored(link) is None
    assert dispatch(world, source_image_s3_key=link["upload_key"])


@pytest.mark.parametrize(
    ("changes", "field", "kind"),
    [
        ({"content_type": "image/avif"}, "content_type", "enum"),
        ({"content_type": "text/html"}, "content_type", "enum"),
        ({"content_type": None}, "content_type", "none_not_allowed"),
        ({"content_type": ["image/png"]}, "content_type", "enum"),
        ({"bytes": 0}, "bytes", "greater_than_equal"),
        ({"bytes": -1}, "bytes", "greater_than_equal"),
        ({"bytes": 25 * 1024 * 1024 + 1}, "bytes", "less_than_equal"),
        ({"bytes": 10**400}, "bytes", "less_than_equal"),
        ({"bytes": "5"}, "bytes", "int_type"),
        ({"bytes": 5.0}, "bytes", "int_type"),
        ({"bytes": True}, "bytes", "int_type"),
        ({"sha256": "x" * 64}, "sha256", "value_error"),
        ({"sha256": "a" * 63}, "sha256", "value_error"),
        ({"sha256": "A" * 64}, "sha256", "value_error"),
        ({"sha256": "a" * 65}, "sha256", "string_too_long"),
        ({"sha256": "a" * 63 + "\n"}, "sha256", "value_error"),
        ({"sha256": 5}, "sha256", "string_type"),
        ({"upload_key": "uploads/x"}, "upload_key", "extra_forbidden"),
        ({"client": "x"}, "client", "extra_forbidden"),
    ],
)
def test_refuses_what_it_does_not_take(world: World, changes: dict[str, Any], field: str, kind: str) -> None:
    body = refused(lambda: world.api.post(PATH, announced(b"12345", **changes)), 422, "VALIDATION_ERROR")
    assert (("body", field), kind) in worlds.faults(body)


def test_says_all_that_is_missing(world: World) -> None:
    body = refused(lambda: world.api.post(PATH, {}), 422, "VALIDATION_ERROR")
    assert worlds.faults(body) == [(("body", name), "missing") for name in ("content_type", "bytes")]


@pytest.mark.parametrize("sha256", [None, "a" * 64])
def test_takes_the_largest_picture_with_or_without_a_digest(world: World, sha256: str | None) -> None:
    body = {"content_type": "image/webp", "bytes": 25 * 1024 * 1024, "sha256": sha256}
    assert world.api.post(PATH, body).status_code == 201
