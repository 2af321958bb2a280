"""Secrets at rest, and secrets in what is kept of a request."""

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from clients import secrets
from clients.models import Client
from tests.world import SWAP, World


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


def test_masks_every_secret_of_ours() -> None:
    text = 'a sk_live_abcDEF123 b "sk_test_xyz" whsec_a-b_c. sk_live_'
    assert secrets.masked(text) == 'a sk_live_… b "sk_test_…" whsec_…. sk_live_'


def test_no_log_line_shows_a_secret(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    owner = world.owner
    world.api.post(SWAP, world.order())
    world.api.post(SWAP, {"x": owner.key, "y": owner.signing_secret})
    world.api.post(SWAP, world.order(), X_Shopify_Hmac_Sha256=owner.signing_secret)
    world.api.get(f"/v1/jobs?pilot_brand={owner.test_key}")
    Client.objects.filter(pk=owner.client.pk).update(signing_secret_encrypted=b"broken")
    assert world.api.post(SWAP, {"x": owner.key}, X_Shopify_Hmac_Sha256="x").status_code == 500
    assert "view_failed" in caplog.text
    for secret in (owner.key, owner.test_key, owner.signing_secret):
        assert secret not in caplog.text
