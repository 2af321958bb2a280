"""Secrets at rest, and secrets in what is kept of a request."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from clients import secrets
from clients.models import Client
from config import logs
from tests.world import SWAP, World
from workflows.models import RequestLog


def test_a_signing_secret_is_encrypted_at_rest(world: World) -> None:
    stored = bytes(Client.objects.get(pk=world.owner.client.pk).signing_secret_encrypted)
    assert world.owner.signing_secret.encode() not in stored
    assert world.owner.client.signing_secret == world.owner.signing_secret


def test_old_keys_decrypt_until_they_are_removed(settings: Settings) -> None:
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    settings.FIELD_ENCRYPTION_KEYS = [old]
    token = secrets.encrypt("whsec_x")
    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    assert secrets.decrypt(token) == "whsec_x"
    settings.FIELD_ENCRYPTION_KEYS = [new]
    with pytest.raises(ImproperlyConfigured):
        secrets.decrypt(token)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ('a sk_live_abcDEF123 b "sk_test_xyz" c sk_live_', 'a sk_live_… b "sk_test_…" c sk_live_'),
        ("whsec_a-b_c.", "whsec_…."),
        ("/files/a.jpg?X-Expires=5&X-Signature=0aF9", "/files/a.jpg?X-Expires=5&X-Signature=…"),
        ("X-Amz-Signature=0af9&x-id=GetObject", "X-Amz-Signature=…&x-id=GetObject"),
        ("http%3A%2F%2Fa%3FX-Signature%3D0af9%26b", "http%3A%2F%2Fa%3FX-Signature%3D…%26b"),
    ],
)
def test_masks_every_secret_of_ours(text: str, masked: str) -> None:
    assert secrets.masked(text) == masked


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """The log as it is written, from its finest level on."""
    written = io.StringIO()
    handler, root = logging.StreamHandler(written), logging.getLogger()
    handler.setFormatter(logs.JsonFormatter())
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


def test_no_log_line_and_no_row_shows_a_secret(world: World, lines: io.StringIO) -> None:
    owner = world.owner
    signature = "5167a70e"
    told = (owner.key, owner.test_key, owner.signing_secret, f"http://a/b?X-Signature={signature}")
    for secret in told:
        world.api.post(SWAP, {"x": secret, secret: 1})
        world.api.post(SWAP, world.order(), X_Shopify_Hmac_Sha256=secret, User_Agent=secret)
        world.api.get(f"/v1/jobs?pilot_brand={secret}")
        for path in (f"/v1/jobs/{secret}", f"/v1/{secret}", f"/admin/{secret}", f"/files/{secret}"):
            world.api.post(path, {})
            world.api.get(path)
    assert lines.getvalue().count("sk_live_…") > 10
    kept = json.dumps(list(RequestLog.objects.values("path", "body", "error_message")), ensure_ascii=False)
    assert kept.count("sk_live_…") > 2
    for secret in (owner.key, owner.test_key, owner.signing_secret, signature):
        assert secret not in lines.getvalue()
        assert secret not in kept


def test_a_bug_shows_no_secret_either(world: World, lines: io.StringIO) -> None:
    owner = world.owner
    Client.objects.filter(pk=owner.client.pk).update(signing_secret_encrypted=b"broken")
    assert world.api.post(SWAP, {"x": owner.key}, X_Shopify_Hmac_Sha256="x").status_code == 500
    assert "view_failed" in lines.getvalue()
    for secret in (owner.key, owner.test_key, owner.signing_secret):
        assert secret not in lines.getvalue()
