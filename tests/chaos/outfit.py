"""What each process of a storm is given: the gateway's environment, and the settings of the storm's own."""

import os
from pathlib import Path
from typing import Any

from config.embedded import bootstrap, environment
from config.embedded.folders import VARIABLE, Folders
from tests.chaos import plan


def environment_of(folders: Folders, asked: plan.Plan, url: str, studio: str) -> dict[str, str]:
    """The gateway's, nothing inherited: short times, and PostgreSQL only through the proxy."""
    fixed = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        bootstrap.SWITCH: "0",
        VARIABLE: str(folders.data),
        "PYTHONUNBUFFERED": "1",
        "PUBLIC_URL": url,
        "JOB_DEADLINE_SECONDS": str(asked.deadline),
        "DISPATCH_LEASE_SECONDS": str(plan.LEASE),
        "RING_AGAIN_SECONDS": str(plan.RING_AGAIN),
        "WEB_CONCURRENCY": "2",
        "LOG_LEVEL": "INFO",
    }
    made = environment.missing(folders, fixed)
    through = made["DATABASE_URL"].replace(f"host={folders.sockets}", f"host={folders.sockets / 'proxy'}")
    return {**made, **fixed, "DATABASE_URL": through, "STUDIO_URL": studio, "STUDIO_TEST_URL": studio}


def of_zygote(folders: Folders, journals: Path, asked: plan.Plan) -> dict[str, Any]:
    return {
        "folder": str(journals),
        "mailbox": str(folders.sockets / "zygote.box"),
        "seed": asked.seed,
        "preload": asked.preload,
    }


def of_studio(folders: Folders, journals: Path, asked: plan.Plan, given: dict[str, str]) -> dict[str, Any]:
    keys = (pair.split(":", 1) for pair in given["STUDIO_CALLBACK_KEYS"].split(","))
    return {
        "seed": asked.seed,
        "port": int(given["STUDIO_URL"].rpartition(":")[2]),
        "token": given["STUDIO_TOKEN"],
        "keys": dict(keys),
        "journal": str(journals / "studio.jsonl"),
        "mailbox": str(folders.sockets / "studio.box"),
        "mischief": asked.mischief,
    }


def of_proxy(folders: Folders, journals: Path, asked: plan.Plan) -> dict[str, Any]:
    return {
        "seed": asked.seed,
        "place": str(folders.sockets / "proxy"),
        "server": str(folders.sockets),
        "journal": str(journals / "proxy.jsonl"),
        "mailbox": str(folders.sockets / "proxy.box"),
    }
