"""A login for the admin of the demo's data folder: made once, kept, and tried."""

import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import requests

from config.demo.failure import DemoFailed
from config.embedded import bootstrap, leash

USERNAME = "admin"
TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True)
class Login:
    """The user `admin` and the password that this data folder has for it, which may not be the right one."""

    password: str
    works: bool


def made(url: str, environment: Mapping[str, str], data: Path) -> Login:
    """The login, made if this is the first time. Raises DemoFailed if it can't be."""
    secret = _password(data)
    if not _works(url, secret):
        _create(environment, secret)
        return Login(secret, _works(url, secret))
    return Login(secret, works=True)


def _password(data: Path) -> str:
    """The password of this data folder, in a file that only its owner can read."""
    path = data / "admin-password"
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(12) + "\n")
    return path.read_text().strip()


def _works(url: str, secret: str) -> bool:
    """Whether the admin at `url` lets this password in."""
    page = f"{url}/admin/login/"
    with requests.Session() as browser:
        browser.trust_env = False
        browser.get(page, timeout=TIMEOUT_SECONDS)
        form = {
            "username": USERNAME,
            "password": secret,
            "csrfmiddlewaretoken": browser.cookies.get("csrftoken", ""),
            "next": "/admin/",
        }
        answer = browser.post(page, data=form, timeout=TIMEOUT_SECONDS, allow_redirects=False)
    return answer.status_code == 302


def _create(environment: Mapping[str, str], secret: str) -> None:
    """Create the superuser; one of that name that exists already keeps its password. Raises DemoFailed."""
    arguments = ["createsuperuser", "--noinput", "--username", USERNAME, "--email", "admin@localhost"]
    # A command line can be read by everybody on this machine; an environment can't.
    done = subprocess.run(
        leash.command([sys.executable, bootstrap.ROOT / "manage.py", *arguments]),
        env={**environment, "DJANGO_SUPERUSER_PASSWORD": secret},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0 and "already taken" not in done.stderr:
        raise DemoFailed(f"createsuperuser failed: {done.stderr.strip()[-1000:]}")
