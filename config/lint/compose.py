"""docker-compose.yml names only what exists (our commands, our variables), and all that must be set.

It can't be run where there is no Docker, so at least nothing in it may be a word that we do not know.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from django.core.management import get_commands

from config.embedded.bootstrap import ROOT

FILE = ROOT / "docker-compose.yml"
# Without these a service of that image can't do its work as production's.
REQUIRED = {
    "gateway": {
        "ALLOWED_HOSTS",
        "BROKER_URL",
        "CACHE_URL",
        "DATABASE_URL",
        "FIELD_ENCRYPTION_KEYS",
        "PUBLIC_URL",
        "S3_BUCKET",
        "SECRET_KEY",
        "STUDIO_CALLBACK_KEYS",
        "STUDIO_TOKEN",
        "STUDIO_URL",
    },
    "studio": {"STUDIO_CALLBACK_KEYS", "STUDIO_TOKEN"},
}
# Where a program reads its environment, and how such a reading looks.
_READERS = {
    "gateway": ("config/settings.py", "config/gunicorn.py"),
    "studio": ("studio_client/reference/settings.py",),
}
_READING = re.compile(
    r"""(?:env\.\w+|environ\.get|_positive)\(\s*(?:environ,\s*)?["']([A-Z][A-Z0-9_]+)["']"""
)
# boto3 reads these by itself.
_READ_BY_LIBRARIES = {"gateway": {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}, "studio": set[str]()}


def problems() -> list[str]:
    try:
        services = yaml.safe_load(FILE.read_text())["services"]
    except (OSError, yaml.YAMLError, TypeError, KeyError) as error:
        return [f"docker-compose.yml can't be read: {error!r}"]
    return [f"{name}: {problem}" for name in services for problem in _of(services[name], services)]


def _of(service: Mapping[str, Any], services: Mapping[str, Any]) -> Iterator[str]:
    for needed in service.get("depends_on", ()):
        if needed not in services:
            yield f"depends on {needed}, which is no service"
    if "build" in service:
        yield from _commands(service)
        yield from _variables(service)
    elif not re.search(r":[\w.-]*\d", service.get("image", "")):
        yield "its image has no version"


def _commands(service: Mapping[str, Any]) -> Iterator[str]:
    for found in re.finditer(r"manage\.py\W+(\w+)", repr(service.get("command", ""))):
        if found.group(1) not in get_commands():
            yield f"there is no command {found.group(1)}"


def _variables(service: Mapping[str, Any]) -> Iterator[str]:
    image = "studio" if service["build"].get("target") == "studio" else "gateway"
    given, known = set(service.get("environment", ())), read_by(image)
    for name in sorted(given - known):
        yield f"{name} is set, and nothing reads it"
    for name in sorted(REQUIRED[image] - given):
        yield f"{name} is not set"


def read_by(image: str) -> set[str]:
    """The variables that the programs of an image look up: gateway or studio."""
    text = "\n".join((ROOT / path).read_text() for path in _READERS[image])
    return set(_READING.findall(text)) | _READ_BY_LIBRARIES[image]
