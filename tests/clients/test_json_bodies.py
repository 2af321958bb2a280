"""Request bodies that are not JSON, or not JSON as this API takes it."""

import json

import pytest

from tests.world import SWAP, World, faults, refused

MALFORMED = {
    "half an object": b'{"output_preset": "a"',
    "no quotes": b"{output_preset: 1}",
    "single quotes": b"{'output_preset': 'a'}",
    "a comma too many": b'{"output_preset": "a",}',
    "two values": b"{}{}",
    "form data": b"output_preset=a&pilot_brand=b",
    "blanks only": b"  \n",
    "NaN": b'{"pilot_brand": NaN}',
    "Infinity": b'{"pilot_brand": -Infinity}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"pilot_brand": "a"}'.encode("utf-16"),
    "Latin-1": '{"pilot_brand": "ü"}'.encode("latin-1"),
    "an encoded surrogate": b'{"pilot_brand": "\xed\xa0\x80"}',
    "a raw NUL in a string": b'{"pilot_brand": "\x00"}',
    "NUL bytes": b"\x00" * 100,
    "a raw line end in a string": b'{"pilot_brand": "a\nb"}',
    "a doubled name": b'{"pilot_brand": "a", "pilot_brand": "b"}',
    "a doubled name deep down": b'{"pilot_brand": [{"a": 1, "a": 2}]}',
    "the same name, once escaped": b'{"pilot_brand": "a", "pilot_br\\u0061nd": "b"}',
    "a bad escape": rb'{"pilot_brand": "\x41"}',
    "a number of 5000 digits": b'{"pilot_brand": ' + b"9" * 5000 + b"}",
    "arrays in 100,000 arrays": b'{"pilot_brand": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "objects that never end": b'{"a":' * 40_000,
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
}


@pytest.mark.parametrize("raw", MALFORMED.values(), ids=MALFORMED)
def test_refuses_malformed_json(world: World, raw: bytes) -> None:
    body = refused(lambda: world.api.post(SWAP, raw), 422, "VALIDATION_ERROR")
    assert faults(body) == [(("body",), "json_invalid")]


@pytest.mark.parametrize("value", [[], ["a"], "text", 5, 0.5, True, None], ids=repr)
def test_refuses_json_that_is_no_object(world: World, value: object) -> None:
    body = refused(lambda: world.api.post(SWAP, json.dumps(value).encode()), 422, "VALIDATION_ERROR")
    assert faults(body) == [(("body",), "model_attributes_type")]


def test_refuses_an_empty_body(world: World) -> None:
    body = refused(lambda: world.api.post(SWAP, b""), 422, "VALIDATION_ERROR")
    assert (("body", "output_preset"), "missing") in faults(body)


@pytest.mark.parametrize("depth", [100, 300, 480, 900, 960, 990, 1000, 1500])
@pytest.mark.parametrize("headers", [{}, {"Idempotency_Key": "deep"}], ids=["plain", "with a key"])
def test_refuses_deep_nesting(world: World, depth: int, headers: dict[str, str]) -> None:
    raw = b'{"pilot_brand": ' + b'[{"a":' * (depth // 2) + b"1" + b"}]" * (depth // 2) + b"}"
    refused(lambda: world.api.post(SWAP, raw, **headers), 422, "VALIDATION_ERROR")


def test_refuses_numbers_without_end(world: World) -> None:
    raw = b'{"pilot_brand": 1e999, "output_preset": -1e999, "x": 1e999}'
    body = refused(lambda: world.api.post(SWAP, raw, Idempotency_Key="inf"), 422, "VALIDATION_ERROR")
    assert (("body", "pilot_brand"), "string_type") in faults(body)


def test_reports_thousands_of_unknown_fields(world: World) -> None:
    order = world.order(**{f"field {number}": number for number in range(5000)})
    body = refused(lambda: world.api.post(SWAP, order), 422, "VALIDATION_ERROR")
    assert len(body["detail"]) == 5000


@pytest.mark.parametrize("size", [256 * 1024 + 1, 5 * 1024 * 1024])
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/xml"])
def test_refuses_a_large_body(world: World, size: int, content_type: str) -> None:
    raw = b'{"pilot_brand": "' + b"x" * size + b'"}'
    refused(lambda: world.api.request("POST", SWAP, raw, content_type), 413, "PAYLOAD_TOO_LARGE")


def test_takes_the_largest_body(world: World) -> None:
    raw = json.dumps(world.order()).encode()
    assert world.api.post(SWAP, raw + b" " * (256 * 1024 - len(raw))).status_code == 202


OTHER_TYPES = [
    "",
    "text/plain",
    "text/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "application/xml",
    "application/merge-patch+json",
    "image/png",
    "json",
    "application/",
    "*",
    ";",
    "application/json, text/plain",
    "a" * 4000,
]


@pytest.mark.parametrize("content_type", OTHER_TYPES)
def test_refuses_another_content_type(world: World, content_type: str) -> None:
    raw = json.dumps(world.order()).encode()
    refused(lambda: world.api.request("POST", SWAP, raw, content_type), 415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        'application/json; charset="UTF-8"',
        "application/json;charset=latin-1",
        "application/json; charset=no-such-charset",
        "application/json; charset=",
        "application/json;;;",
        'application/json; version="1',
    ],
)
def test_takes_json_as_utf_8_whatever_charset_is_said(world: World, content_type: str) -> None:
    raw = json.dumps(world.order(pilot_brand="ü"), ensure_ascii=False).encode()
    answer = world.api.request("POST", SWAP, raw, content_type)
    assert answer.status_code == 202, answer.content
    assert world.api.get(answer["Location"]).json()["pilot_brand"] == "ü"
