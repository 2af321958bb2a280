"""The body signature of a client: header X-Shopify-Hmac-Sha256."""

import base64
import hashlib
import hmac

from django.http import HttpRequest

from clients.api import errors
from clients.models import Client

HEADER = "X-Shopify-Hmac-Sha256"


def check(client: Client, request: HttpRequest) -> None:
    """Raises SignatureInvalid if the header is wrong, or missing where the client must send it."""
    given = request.headers.get(HEADER)
    if given is None:
        if client.signature_required:
            raise errors.SignatureInvalid(f"This client must sign its requests: header {HEADER} is missing.")
        return
    # Compared as bytes: a header with other than ASCII is a wrong signature, not a crash.
    if not hmac.compare_digest(
        given.encode("utf-8", "surrogateescape"), sign(client.signing_secret, request.body)
    ):
        raise errors.SignatureInvalid()


def sign(secret: str, body: bytes) -> bytes:
    """base64 of HMAC-SHA256 over the raw body."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
