"""Configuration that leaks, loses or does nothing is refused at start, with a word on what to set."""

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage
from django.core.exceptions import ImproperlyConfigured
from standardwebhooks import Webhook

from clients.limits import door
from clients.models import MOST_REQUESTS
from config import roles, start
from workflows import studios

_SHORTEST_SECRET = 32


@checks.register(start.TAG)
def configuration(**_: object) -> list[CheckMessage]:
    """Everything that is wrong with the settings."""
    return [*_secrets(), *_addresses(), *_database(), *_studio(), *_times(), *_limits()]


def _secrets() -> Iterator[CheckMessage]:
    if len(_secret_key()) < _SHORTEST_SECRET:
        yield checks.Error(
            f"Set SECRET_KEY to {_SHORTEST_SECRET} random characters or more: it signs sessions and files.",
            id="gateway.E001",
        )
    if not settings.FIELD_ENCRYPTION_KEYS:
        yield checks.Error(
            "Set FIELD_ENCRYPTION_KEYS to one Fernet key or more: they encrypt clients' signing secrets.",
            id="gateway.E002",
        )
    for number, text in enumerate(settings.FIELD_ENCRYPTION_KEYS, start=1):
        if not _is_fernet_key(text):
            yield checks.Error(
                f"Set key {number} of FIELD_ENCRYPTION_KEYS to 32 random bytes in URL-safe base64.",
                id="gateway.E003",
            )


def _addresses() -> Iterator[CheckMessage]:
    if not settings.BROKER_URL:
        yield checks.Error(
            "Set BROKER_URL (amqps://…): workers and the scheduler need it, and jobs need them.",
            id="gateway.E004",
        )
    if _is_loopback(settings.PUBLIC_URL):
        return
    if settings.DEBUG:
        yield checks.Error(
            "Set DEBUG to 0, or PUBLIC_URL to an address of this machine: error pages show settings.",
            id="gateway.E005",
        )
    if urlsplit(settings.PUBLIC_URL).scheme != "https":
        yield checks.Warning(
            "Set PUBLIC_URL to an https:// address: over http everybody on the way reads API keys.",
            id="gateway.W001",
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield checks.Warning(
            "Set ALLOWED_HOSTS to the names of this service: with * any Host header is believed.",
            id="gateway.W002",
        )
    if not settings.S3_BUCKET:
        yield checks.Warning(
            "Set S3_BUCKET: pictures lie on this machine's disk, where no other machine finds them.",
            id="gateway.W003",
        )


def _database() -> Iterator[CheckMessage]:
    if roles.is_one():
        yield checks.Warning(
            "Set DATABASE_OWNER_URL to the login that owns the tables, and DATABASE_URL to another, which "
            "`manage.py prepare` makes: web and tasks log in as the owner, who can mint credits.",
            id="gateway.W010",
        )


def _studio() -> Iterator[CheckMessage]:
    if not (settings.STUDIO_URL or settings.STUDIO_TEST_URL):
        yield checks.Warning(
            "Set STUDIO_URL: without a Studio every dispatch is answered with 503.", id="gateway.W004"
        )
    for url, token in (("STUDIO_URL", "STUDIO_TOKEN"), ("STUDIO_TEST_URL", "STUDIO_TEST_TOKEN")):
        if getattr(settings, url) and not getattr(settings, token):
            yield checks.Error(f"Set {token}: Studio at {url} takes no call without it.", id="gateway.E006")
    if not settings.STUDIO_CALLBACK_KEYS:
        yield checks.Warning(
            "Set STUDIO_CALLBACK_KEYS (id:whsec_…): without callbacks results are seen seconds later.",
            id="gateway.W005",
        )
    for name, secret in settings.STUDIO_CALLBACK_KEYS.items():
        if not _is_webhook_secret(secret):
            yield checks.Error(
                f"Set the secret of {name!r} in STUDIO_CALLBACK_KEYS to whsec_ and base64.", id="gateway.E007"
            )


def _times() -> Iterator[CheckMessage]:
    call, lease = studios.CALL_SECONDS, settings.DISPATCH_LEASE.total_seconds()
    if lease <= call:
        yield checks.Error(
            f"Set DISPATCH_LEASE_SECONDS to more than the {call:g} s that a call to Studio may take: "
            "a job would be claimed again while it is being submitted.",
            id="gateway.E008",
        )
    if not 1 <= settings.RING_AGAIN_AFTER.total_seconds() < lease:
        yield checks.Error(
            f"Set RING_AGAIN_SECONDS to 1 or more and less than the lease of {lease:g} s: "
            "a lost message is rung again after so long.",
            id="gateway.E009",
        )
    if settings.JOB_DEADLINE.total_seconds() <= lease:
        yield checks.Warning(
            f"Set JOB_DEADLINE_SECONDS to more than the lease of {lease:g} s: "
            "a job would fail before it could be tried twice.",
            id="gateway.W009",
        )


def _limits() -> Iterator[CheckMessage]:
    for name, least in (("RATE_LIMIT_PER_SECOND", 0), ("RATE_LIMIT_BURST", 1)):
        if not least <= getattr(settings, name) <= MOST_REQUESTS:
            yield checks.Error(f"Set {name} to {least} … {MOST_REQUESTS}.", id="gateway.E010")
    if not door.is_shared():
        yield checks.Warning(
            "Set CACHE_URL (redis://…): each process keeps rate limits of its own, so that a key may send as "
            "many times more as there are processes.",
            id="gateway.W011",
        )
    try:
        door.buckets()
    except (ValueError, TypeError) as error:
        yield checks.Error(
            f"Set CACHE_URL to redis://host:6379/0 or rediss://…: as it is, {error}.", id="gateway.E011"
        )


def _secret_key() -> str:
    try:
        return settings.SECRET_KEY
    except ImproperlyConfigured:
        # Django's own way to say that it is empty.
        return ""


def _is_fernet_key(text: str) -> bool:
    try:
        Fernet(text)
    except ValueError:
        return False
    return True


def _is_webhook_secret(text: str) -> bool:
    try:
        Webhook(text)
    except (ValueError, RuntimeError):
        return False
    return text.startswith("whsec_")


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
