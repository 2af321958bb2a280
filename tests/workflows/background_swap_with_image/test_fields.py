"""POST /v1/background-swap-with-image: the fields of its body."""

import json

import pytest

from clients import ulids
from tests.world import (
    BACKGROUND,
    BRAND,
    PRESET,
    RENDER,
    SOURCE,
    SWAP,
    World,
    dispatch,
    faults,
    invalid,
    refused,
)
from workflows.models import Job, RequestLog

STRINGS = (SOURCE, RENDER, BACKGROUND, PRESET, BRAND)


@pytest.mark.parametrize("field", STRINGS)
def test_refuses_what_is_not_a_string(world: World, field: str) -> None:
    for value in (5, 5.5, True, {}, {"a": 1}, [], ["a"]):
        assert invalid(world, world.order(**{field: value})) == [(("body", field), "string_type")], value


@pytest.mark.parametrize("field", [BACKGROUND, PRESET])
def test_refuses_null_for_a_required_field(world: World, field: str) -> None:
    assert invalid(world, world.order(**{field: None})) == [(("body", field), "string_type")]


@pytest.mark.parametrize("field", [BACKGROUND, PRESET])
def test_refuses_a_missing_field(world: World, field: str) -> None:
    assert invalid(world, world.order(**{field: ...})) == [(("body", field), "missing")]


@pytest.mark.parametrize("field", [SOURCE, RENDER, BACKGROUND, PRESET])
def test_refuses_an_empty_string(world: World, field: str) -> None:
    assert invalid(world, world.order(**{field: ""})) == [(("body", field), "string_too_short")]


@pytest.mark.parametrize("field", STRINGS)
def test_refuses_text_that_is_not_text(world: World, field: str) -> None:
    for text in (r'"a\u0000b"', r'"\ud800"', r'"a\udfffb"', r'"\udc00\ud800"'):
        # The escapes must reach the parser as they are.
        order = json.dumps(world.order(**{field: "@"})).replace('"@"', text).encode()
        assert invalid(world, order) == [(("body", field), "string_unicode")], text


@pytest.mark.parametrize(("field", "most"), [(SOURCE, 1024), (RENDER, 255), (BACKGROUND, 255), (PRESET, 255)])
def test_refuses_a_string_that_is_too_long(world: World, field: str, most: int) -> None:
    just_right = invalid(world, world.order(**{field: "x" * most}))
    too_long = invalid(world, world.order(**{field: "x" * (most + 1)}))
    assert just_right == [(("body", field), "value_error")]
    assert too_long == [(("body", field), "string_too_long")]


def test_refuses_a_pilot_brand_over_255_characters(world: World) -> None:
    assert dispatch(world, pilot_brand="ü" * 255).pilot_brand == "ü" * 255
    assert invalid(world, world.order(pilot_brand="ü" * 256)) == [(("body", BRAND), "string_too_long")]


@pytest.mark.parametrize(
    "name",
    ["credits_cost", "client", "client_id", "status", "livemode", "job_id", "request_id", "__proto__", ""],
)
def test_refuses_an_unknown_field(world: World, name: str) -> None:
    assert invalid(world, world.order(**{name: 0})) == [(("body", name), "extra_forbidden")]


@pytest.mark.parametrize(("escaped", "shown"), [(r"a\u0000", "a\ufffd"), (r"\ud800", "?")])
def test_refuses_a_name_that_is_not_text(world: World, escaped: str, shown: str) -> None:
    raw = json.dumps(world.order(**{"@": 0})).replace('"@"', f'"{escaped}"').encode()
    found = faults(refused(lambda: world.api.post(SWAP, raw), 422, "VALIDATION_ERROR"))
    assert found == [(("body", shown), "extra_forbidden")]


def test_refuses_a_body_without_a_source(world: World) -> None:
    assert invalid(world, world.order(source_image_s3_key=...)) == [(("body",), "value_error")]
    assert invalid(world, world.order(source_image_s3_key=None)) == [(("body",), "value_error")]


def test_reports_all_faults_at_once(world: World) -> None:
    body = {
        RENDER: ulids.new(),
        SOURCE: "uploads/somebody/else.png",
        BACKGROUND: "nothing",
        PRESET: 7,
        BRAND: "x" * 256,
        "status": "SUCCESS",
    }
    assert sorted(invalid(world, body)) == sorted(
        [
            (("body", RENDER), "value_error"),
            (("body", SOURCE), "value_error"),
            (("body", BACKGROUND), "value_error"),
            (("body", PRESET), "string_type"),
            (("body", BRAND), "string_too_long"),
            (("body", "status"), "extra_forbidden"),
        ]
    )


def test_reports_all_faults_of_an_empty_object(world: World) -> None:
    assert sorted(invalid(world, {})) == [
        (("body",), "value_error"),
        (("body", BACKGROUND), "missing"),
        (("body", PRESET), "missing"),
    ]


def test_a_refused_body_is_kept_in_the_request_log(world: World) -> None:
    raw = b'{"output_preset": "\\u0000", "x": "\xff\x00"}'
    answer = world.api.post(SWAP, raw)
    row = RequestLog.objects.get(id=answer["X-Request-Id"])
    assert row.body == '{"output_preset": "\\u0000", "x": "\\xff\\u0000"}'
    assert row.error_message
    assert Job.objects.count() == 0
