"""Settings as in production, for checks that mean nothing without, on a database that no one misses."""

import base64
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from config.embedded import bootstrap, postgres

_SECRET = base64.b64encode(b"32 bytes that protect no one, ok").decode()
ENVIRONMENT: Mapping[str, str] = {
    bootstrap.SWITCH: "0",
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "SECRET_KEY": "a key of the checks only, with many different characters: 0123456789",
    "FIELD_ENCRYPTION_KEYS": _SECRET,
    "PUBLIC_URL": "https://gateway.example",
    "ALLOWED_HOSTS": "gateway.example",
    "BROKER_URL": "amqps://gateway:secret@broker.example",
    "CACHE_URL": "rediss://cache.example",
    "STUDIO_URL": "https://studio.example",
    "STUDIO_TOKEN": "a token of the checks only",
    "STUDIO_CALLBACK_KEYS": f"k1:whsec_{_SECRET}",
    "S3_BUCKET": "pictures",
}
# What the caller's own environment keeps of its own: finding programs and places.
_INHERITED = ("HOME", "LANG", "PATH", "TMPDIR", "VIRTUAL_ENV")


@contextmanager
def environment() -> Iterator[dict[str, str]]:
    """The environment of a production process, its database empty, ours, and gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="gateway-lint-") as name:
        folder = Path(name)
        # Where root gives up its rights to run PostgreSQL, the server still has to reach its folder.
        folder.chmod(0o711)
        (folder / "sockets").mkdir()
        server = postgres.Server(
            folder / "postgres", folder / "sockets", folder / "postgres.log", postgres.IN_MEMORY
        )
        server.start()
        try:
            inherited = {variable: os.environ[variable] for variable in _INHERITED if variable in os.environ}
            # The owner is nobody that web or worker know.
            yield {**inherited, **ENVIRONMENT, "DATABASE_URL": server.url(), "DATABASE_OWNER_URL": ""}
        finally:
            server.stop()
