"""Signed URLs of files on disk, shaped like S3's: for one method, one key, one time."""

import time
import urllib.parse
from datetime import timedelta

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

EXPIRES = "X-Expires"
SIGNATURE = "X-Signature"


def sign(method: str, key: str, lifetime: timedelta, content_type: str = "") -> str:
    """The URL by which anybody may do `method` to `key` for as long as `lifetime`."""
    expires = str(int(time.time() + lifetime.total_seconds()))
    query = urllib.parse.urlencode(
        {EXPIRES: expires, SIGNATURE: _signature(method, key, expires, content_type)}
    )
    return f"{settings.PUBLIC_URL}/files/{urllib.parse.quote(key)}?{query}"


def verify(method: str, key: str, expires: str, signature: str, content_type: str = "") -> bool:
    """Whether a URL was signed by us for just this, and is still valid."""
    # The signature first: an expiry is only worth reading once we know that it is ours.
    genuine = constant_time_compare(signature, _signature(method, key, expires, content_type))
    return genuine and int(expires) > time.time()


def _signature(method: str, key: str, expires: str, content_type: str) -> str:
    message = f"{method}\n{key}\n{expires}\n{content_type}"
    return salted_hmac("assets.signed_urls", message, algorithm="sha256").hexdigest()
