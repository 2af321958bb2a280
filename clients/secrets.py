"""Secrets that must be read again are encrypted at rest; keys of the API, which must not, are hashed."""

import re
import secrets

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

# Keys and secrets that are shown once, and what makes a signed URL valid, ours or S3's.
_SECRET = re.compile(r"(sk_live_|sk_test_|whsec_|X-(?:Amz-)?Signature(?:=|%3D))[0-9A-Za-z_-]+", re.IGNORECASE)


def new_signing_secret() -> str:
    return "whsec_" + secrets.token_urlsafe(32)


def encrypt(text: str) -> bytes:
    return _fernet().encrypt(text.encode())


def decrypt(token: bytes) -> str:
    """Raises ImproperlyConfigured if none of FIELD_ENCRYPTION_KEYS encrypted it."""
    try:
        return _fernet().decrypt(token).decode()
    except InvalidToken as error:
        raise ImproperlyConfigured("none of FIELD_ENCRYPTION_KEYS can decrypt a signing secret") from error


def masked(text: str) -> str:
    """A caller's text without the keys, secrets and signatures that stand in it, fit to be kept or logged."""
    return _SECRET.sub(r"\1…", text)


def _fernet() -> MultiFernet:
    if not settings.FIELD_ENCRYPTION_KEYS:
        raise ImproperlyConfigured("set FIELD_ENCRYPTION_KEYS to at least one Fernet key")
    return MultiFernet([Fernet(key) for key in settings.FIELD_ENCRYPTION_KEYS])
