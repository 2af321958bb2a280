"""Callbacks: only what Studio signed lately with a key of ours is believed."""

import binascii
import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

import studio_client
from studio_client import CallbackNotice, CallbackRejected
from tests.studio_client import samples

OLD, NEW, STRANGER = ("whsec_" + letter * 32 for letter in "ABC")
KEYS = {"old": OLD, "new": NEW}
BODY = json.dumps({"job_id": samples.JOB_ID, "version": 3, "status": "SUCCESS"}).encode()


def signed(body: bytes, secret: str = NEW, age: timedelta = timedelta()) -> dict[str, str]:
    moment = datetime.now(UTC) - age
    return {
        "Webhook-Id": "m1",
        "Webhook-Timestamp": str(int(moment.timestamp())),
        "Webhook-Signature": Webhook(secret).sign("m1", moment, body.decode()),
    }


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_any_key_of_a_rotation_is_good(secret: str) -> None:
    notice = studio_client.verify_callback(signed(BODY, secret), BODY, KEYS)
    assert notice == CallbackNotice(samples.JOB_ID, 3, "SUCCESS")


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (signed(BODY, STRANGER), BODY),
        (signed(BODY), BODY + b" "),
        (signed(BODY, age=timedelta(hours=1)), BODY),
        (signed(BODY, age=timedelta(hours=-1)), BODY),
        ({}, BODY),
        (signed(BODY) | {"Webhook-Id": "m2"}, BODY),
        (signed(BODY) | {"Webhook-Timestamp": "nan"}, BODY),
        (signed(BODY) | {"Webhook-Timestamp": "9" * 30}, BODY),
        (signed(BODY) | {"Webhook-Signature": "v1"}, BODY),
        (signed(BODY) | {"Webhook-Signature": "v1,a,b"}, BODY),
        (signed(BODY) | {"Webhook-Signature": "v1,é"}, BODY),
        (signed(BODY) | {"Webhook-Signature": ""}, BODY),
        (signed(BODY), b"\xff\xfe"),
    ],
    ids=[
        *(
            "stranger's key",
            "changed body",
            "too old",
            "too new",
            "no headers",
            "other id",
            "no time",
            "absurd time",
        ),
        *("no signature", "three parts", "not ASCII", "empty", "not UTF-8"),
    ],
)
def test_anything_else_is_rejected(headers: dict[str, str], body: bytes) -> None:
    with pytest.raises(CallbackRejected):
        studio_client.verify_callback(headers, body, KEYS)


@pytest.mark.parametrize(
    "body", [b"[]", b"{}", b'{"job_id": "x", "version": 1, "status": "DONE"}', b"not JSON"]
)
def test_a_signed_but_unreadable_body_is_rejected(body: bytes) -> None:
    with pytest.raises(CallbackRejected, match="unreadable"):
        studio_client.verify_callback(signed(body), body, KEYS)


def test_without_keys_everything_is_rejected() -> None:
    with pytest.raises(CallbackRejected):
        studio_client.verify_callback(signed(BODY), BODY, {})


def test_a_malformed_key_is_wrong_configuration() -> None:
    with pytest.raises(binascii.Error):
        studio_client.verify_callback(signed(BODY), BODY, {"k": "whsec_a"})
