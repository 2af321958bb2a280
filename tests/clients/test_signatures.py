"""The header X-Shopify-Hmac-Sha256."""

import base64
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from clients import signatures
from clients.models import Client
from tests import world as worlds
from tests.world import SWAP, World, refused

HEADER = "X-Shopify-Hmac-Sha256"


def signed(world: World, raw: bytes) -> dict[str, str]:
    return {HEADER: signatures.sign(world.owner.signing_secret, raw).decode()}


def order(world: World) -> bytes:
    return json.dumps(world.order(), indent=2).encode()


def require(world: World) -> None:
    Client.objects.filter(pk=world.owner.client.pk).update(signature_required=True)


def test_takes_a_signed_request(world: World) -> None:
    raw = order(world)
    assert world.api.request("POST", SWAP, raw, headers=signed(world, raw)).status_code == 202


def test_takes_a_signed_request_of_a_client_that_must_sign(world: World) -> None:
    require(world)
    raw = order(world)
    assert world.api.request("POST", SWAP, raw, headers=signed(world, raw)).status_code == 202
    assert world.api.request("GET", "/v1/me", headers=signed(world, b"")).status_code == 200


def test_refuses_an_unsigned_request_of_a_client_that_must_sign(world: World) -> None:
    require(world)
    refused(lambda: world.api.post(SWAP, world.order()), 401, "SIGNATURE_INVALID")
    assert world.api.get("/v1/me").json()["error"]["code"] == "SIGNATURE_INVALID"


@pytest.mark.parametrize("given", ["", "x", "===", "\xfc" * 44, "\xff\xfe", "A" * 44, "A" * 5000])
def test_refuses_a_wrong_signature(world: World, given: str) -> None:
    raw = order(world)
    refused(lambda: world.api.request("POST", SWAP, raw, headers={HEADER: given}), 401, "SIGNATURE_INVALID")


def test_refuses_the_signature_of_another_body(world: World) -> None:
    raw = order(world)
    headers = signed(world, raw + b" ")
    refused(lambda: world.api.request("POST", SWAP, raw, headers=headers), 401, "SIGNATURE_INVALID")


def test_refuses_the_signature_of_another_client(world: World) -> None:
    raw = order(world)
    stranger = worlds.new_owner()
    headers = {HEADER: signatures.sign(stranger.signing_secret, raw).decode()}
    refused(lambda: world.api.request("POST", SWAP, raw, headers=headers), 401, "SIGNATURE_INVALID")


def test_refuses_a_signature_in_hex(world: World) -> None:
    raw = order(world)
    hexed = base64.b64decode(signatures.sign(world.owner.signing_secret, raw)).hex()
    refused(lambda: world.api.request("POST", SWAP, raw, headers={HEADER: hexed}), 401, "SIGNATURE_INVALID")


def test_the_signature_is_judged_before_the_body(world: World) -> None:
    refused(lambda: world.api.post(SWAP, b"{", **{HEADER: "wrong"}), 401, "SIGNATURE_INVALID")


def test_a_large_body_is_refused_before_it_is_signed(world: World) -> None:
    raw = b"x" * (5 * 1024 * 1024)
    headers = signed(world, raw)
    refused(lambda: world.api.request("POST", SWAP, raw, headers=headers), 413, "PAYLOAD_TOO_LARGE")


def test_a_form_can_be_signed(world: World) -> None:
    form = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("shoe.png", worlds.picture())})
    headers = signed(world, form)
    answer = world.api.request("POST", "/v1/uploads", form, MULTIPART_CONTENT, headers)
    assert answer.status_code == 201, answer.content
    wrong = {HEADER: headers[HEADER][::-1]}
    refused(
        lambda: world.api.request("POST", "/v1/uploads", form, MULTIPART_CONTENT, wrong),
        401,
        "SIGNATURE_INVALID",
    )
