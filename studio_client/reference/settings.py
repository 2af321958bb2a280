"""The service's settings: command line and environment, read once."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError


@dataclass(frozen=True, slots=True)
class Settings:
    """``allow_private`` holds ``host:port`` pairs that may be reached on private addresses; ``rehearses``
    says whether outcomes are played for orders that ask for it.
    """

    host: str
    port: int
    data: Path
    token: str
    callback_keys: Mapping[str, str]
    allow_private: frozenset[str]
    workers: int
    queue_limit: int
    engine_seconds: float
    memory_mb: int
    rehearses: bool


def read(arguments: Sequence[str], environ: Mapping[str, str]) -> Settings:
    """Raises ``ValueError`` with a sentence that says what to set; bad arguments end the program."""
    parser = argparse.ArgumentParser(
        prog="python -m studio_client.reference", description="The reference Studio."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090, help="0 takes a free one")
    parser.add_argument(
        "--data", type=Path, required=True, help="folder of the journal and the kept pictures"
    )
    known = parser.parse_args(arguments)
    token = environ.get("STUDIO_TOKEN", "")
    if not token:
        raise ValueError("STUDIO_TOKEN is empty: set the bearer token that callers must send")
    return Settings(
        host=known.host,
        port=known.port,
        data=known.data,
        token=token,
        callback_keys=_keys(environ.get("STUDIO_CALLBACK_KEYS", "")),
        allow_private=frozenset(_listed(environ.get("STUDIO_ALLOW_PRIVATE", "").lower())),
        workers=_positive(environ, "STUDIO_WORKERS", 1),
        queue_limit=_positive(environ, "STUDIO_QUEUE_LIMIT", 200),
        engine_seconds=_positive(environ, "STUDIO_ENGINE_SECONDS", 60),
        memory_mb=_positive(environ, "STUDIO_MEMORY_MB", 3072),
        rehearses=_switch(environ.get("STUDIO_REHEARSALS") or "0"),
    )


def _listed(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def _keys(value: str) -> dict[str, str]:
    keys = dict(part.partition(":")[::2] for part in _listed(value))
    for key_id, secret in keys.items():
        try:
            Webhook(secret)
        except (ValueError, EmptyWebhookSecretError) as error:
            raise ValueError(
                f"STUDIO_CALLBACK_KEYS: the secret of {key_id!r} is not whsec_ and base64"
            ) from error
    return keys


def _switch(value: str) -> bool:
    if value not in ("0", "1"):
        raise ValueError(f"STUDIO_REHEARSALS must be 0 or 1, not {value!r}")
    return value == "1"


def _positive(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name) or str(default)
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise ValueError(f"{name} must be a whole number from 1 on, not {value!r}")
    return int(value)
