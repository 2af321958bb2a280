"""POST /v1/background-swap-with-image: the ids, names and keys in its body."""

import pytest

from assets import storage
from assets.models import Background, OutputPreset
from clients import ulids
from tests import world as worlds
from tests.world import BACKGROUND, PRESET, RENDER, SOURCE, SWAP, World, dispatch, faults, invalid, refused

MALFORMED_IDS = [
    "x",
    "01ARZ3NDEKTSV4RRFFQ69G5FA",
    "81ARZ3NDEKTSV4RRFFQ69G5FAV",
    "01ARZ3NDEKTSV4RRFFQ69G5FAU\n",
    "⅓" * 26,
]


@pytest.mark.parametrize("field", [BACKGROUND, RENDER])
def test_refuses_an_unknown_or_malformed_id(world: World, field: str) -> None:
    for value in (*MALFORMED_IDS, "01ARZ3NDEKTSV4RRFFQ69G5FAV"):
        assert invalid(world, world.order(**{field: value})) == [(("body", field), "value_error")], value


def test_refuses_an_archived_background(world: World) -> None:
    archived = worlds.new_background(status=Background.Status.ARCHIVED)
    assert invalid(world, world.order(**{BACKGROUND: archived.id})) == [(("body", BACKGROUND), "value_error")]


def test_refuses_an_inactive_preset(world: World) -> None:
    worlds.new_preset("old-png", active=False)
    assert invalid(world, world.order(**{PRESET: "old-png"})) == [(("body", PRESET), "value_error")]


def test_presets_are_told_apart_by_case(world: World) -> None:
    name = world.preset.name.upper()
    assert invalid(world, world.order(**{PRESET: name})) == [(("body", PRESET), "value_error")]
    assert OutputPreset.objects.filter(name=world.preset.name).exists()


@pytest.mark.parametrize("field", [BACKGROUND, SOURCE, RENDER])
def test_refuses_what_another_client_owns_like_what_is_not_there(world: World, field: str) -> None:
    stranger = worlds.new_owner(credits=10)
    theirs = World(stranger, world.background, world.preset, worlds.upload(stranger))
    job = dispatch(theirs)
    worlds.succeed(job)
    foreign = {
        BACKGROUND: worlds.new_background(client=stranger.client, livemode=True).id,
        SOURCE: theirs.upload_key,
        RENDER: job.id,
    }
    missing = {BACKGROUND: ulids.new(), SOURCE: f"{theirs.upload_key}.jpg", RENDER: ulids.new()}
    first = refused(
        lambda: world.api.post(SWAP, world.order(**{field: foreign[field]})), 422, "VALIDATION_ERROR"
    )
    second = refused(
        lambda: world.api.post(SWAP, world.order(**{field: missing[field]})), 422, "VALIDATION_ERROR"
    )
    assert faults(first) == [(("body", field), "value_error")]
    assert first["detail"] == second["detail"]


@pytest.mark.parametrize("field", [BACKGROUND, SOURCE, RENDER])
def test_refuses_what_the_other_mode_owns(world: World, field: str) -> None:
    test_upload = worlds.upload(world.owner, livemode=False)
    job = dispatch(world, world.owner.test_api, source_image_s3_key=test_upload)
    worlds.succeed(job)
    of_test_mode = {
        BACKGROUND: worlds.new_background(client=world.owner.client, livemode=False).id,
        SOURCE: test_upload,
        RENDER: job.id,
    }
    assert invalid(world, world.order(**{field: of_test_mode[field]})) == [(("body", field), "value_error")]


@pytest.mark.parametrize("end", ["unfinished", "failed"])
def test_refuses_a_job_without_a_render_as_source(world: World, end: str) -> None:
    job = dispatch(world)
    if end == "failed":
        worlds.fail(job)
    body = world.order(**{SOURCE: ..., RENDER: job.id})
    assert invalid(world, body) == [(("body", RENDER), "value_error")]


CLIMBING = [
    "../renders/live/x.jpg",
    "{prefix}../../x.png",
    "{prefix}%2e%2e/%2e%2e/x.png",
    "{prefix}..%2fx.png",
    "{prefix}a/../../../catalogue/x.png",
    "{prefix}a//b.png",
    "{prefix}a\\..\\b.png",
    "{prefix}%252e%252e/x.png",
    "{prefix}\u2025/x.png",
    "{prefix}\uff0e\uff0e\uff0fx.png",
    "{prefix}a\nb.png",
    "{prefix}a%00b.png",
    "/{prefix}x.png",
    "./{prefix}x.png",
    "{prefix}",
    "s3://bucket/{prefix}x.png",
    "http://169.254.169.254/latest",
    "file:///etc/passwd",
    "renders/live/x.jpg",
    "{background}",
]


def test_refuses_a_storage_key_that_climbs_out(world: World) -> None:
    prefix = world.owner.client.storage_prefix(livemode=True)
    for template in CLIMBING:
        key = template.format(prefix=prefix, background=world.background.key)
        assert invalid(world, world.order(**{SOURCE: key})) == [(("body", SOURCE), "value_error")], key


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"<svg/>", b"\xff\xd8\xff\xe0", worlds.picture()[:60]])
def test_refuses_an_object_that_is_no_picture(world: World, content: bytes) -> None:
    key = f"{world.owner.client.storage_prefix(livemode=True)}thing.png"
    storage.pictures().put(key, content, "image/png")
    assert invalid(world, world.order(**{SOURCE: key})) == [(("body", SOURCE), "value_error")]
