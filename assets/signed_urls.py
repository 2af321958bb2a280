"""Signed URLs of files on disk, shaped like S3's: for one method, one key, one time, some headers."""

import time
import urllib.parse
from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

EXPIRES = "X-Expires"
SIGNED_HEADERS = "X-Signed-Headers"
SIGNATURE = "X-Signature"
_NONE: Mapping[str, str] = {}


def sign(method: str, key: str, lifetime: timedelta, headers: Mapping[str, str] = _NONE) -> str:
    """The URL by which anybody may do `method` to `key`, with just these headers, during `lifetime`."""
    expires = str(int(time.time() + lifetime.total_seconds()))
    # Content-Type is always signed, and needs no naming.
    names = ";".join(sorted(name.lower() for name in headers if name != "Content-Type"))
    query = {EXPIRES: expires, **({SIGNED_HEADERS: names} if names else {})}
    query[SIGNATURE] = _signature(method, key, expires, names, headers)
    return f"{settings.PUBLIC_URL}/files/{urllib.parse.quote(key)}?{urllib.parse.urlencode(query)}"


def verify(method: str, key: str, query: Mapping[str, str], headers: Mapping[str, str] = _NONE) -> bool:
    """Whether a URL was signed by us for just this, and is still valid."""
    expires, names = query.get(EXPIRES, ""), query.get(SIGNED_HEADERS, "")
    # The signature first: an expiry is only worth reading once we know that it is ours.
    genuine = constant_time_compare(
        query.get(SIGNATURE, ""), _signature(method, key, expires, names, headers)
    )
    return genuine and int(expires) > time.time()


def _signature(method: str, key: str, expires: str, names: str, headers: Mapping[str, str]) -> str:
    values = {name.lower(): value for name, value in headers.items()}
    stated = [f"{name}:{values.get(name, '')}" for name in names.split(";") if name]
    message = "\n".join([method, key, expires, values.get("content-type", ""), *stated])
    return salted_hmac("assets.signed_urls", message, algorithm="sha256").hexdigest()
