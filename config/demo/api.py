"""The public API as any client calls it: over HTTP, with a key; and each call as a curl line."""

import json
import shlex
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import requests

from config.demo.failure import DemoFailed
from config.demo.screen import Screen

TIMEOUT_SECONDS = 30.0
TELLING_HEADERS = ("Location", "Retry-After", "X-Request-Id")


@dataclass(frozen=True)
class Answer:
    """One answer of the gateway; `seconds` until its last byte."""

    method: str
    path: str
    status: int
    headers: dict[str, str]
    body: Any
    seconds: float


class Api:
    """Calls the gateway at `url` with `key`, shows what it asks, and keeps the answers."""

    def __init__(self, url: str, key: str, screen: Screen) -> None:
        self._url = url
        self._key = key
        self._screen = screen
        self._session = requests.Session()
        # A proxy of this machine's user has no business between two processes on loopback.
        self._session.trust_env = False
        self.answers: list[Answer] = []

    def close(self) -> None:
        """End the connections that are kept open."""
        self._session.close()

    def get(self, path: str, *, body_shown: bool = True) -> Any:
        """The body of a GET, shown. Raises DemoFailed unless it is 200."""
        self._screen.command(self.curl("GET", path))
        answer = self._call("GET", path, expected=200)
        self._show(answer, {}, answer.body if body_shown else None)
        return answer.body

    def peek(self, path: str) -> Any:
        """A GET that is neither shown nor kept: one of many."""
        return self._call("GET", path, expected=200, kept=False).body

    def post(self, path: str, body: Mapping[str, object]) -> Answer:
        """A JSON request that must be accepted with a 202. Raises DemoFailed if it is not."""
        text = json.dumps(body, indent=2)
        self._screen.command(self.curl("POST", path, body=text))
        headers = {"Content-Type": "application/json"}
        answer = self._call("POST", path, expected=202, data=text.encode(), headers=headers)
        telling = {name: answer.headers[name] for name in TELLING_HEADERS if name in answer.headers}
        self._show(answer, telling, answer.body)
        return answer

    def upload(self, picture: Path) -> Any:
        """Sends a file. Raises DemoFailed unless it is taken with a 201."""
        self._screen.command(self.curl("POST", "/v1/uploads", file=picture))
        with picture.open("rb") as file:
            answer = self._call("POST", "/v1/uploads", expected=201, files={"file": (picture.name, file)})
        self._show(answer, {}, answer.body)
        return answer.body

    def fetch(self, url: str) -> bytes:
        """What lies behind a signed link, which needs no key."""
        answer = self._session.get(url, timeout=TIMEOUT_SECONDS)
        if answer.status_code != 200:
            raise DemoFailed(f"The signed link {url} answered {answer.status_code}.")
        return answer.content

    def curl(
        self,
        method: str,
        path: str,
        *,
        body: str | None = None,
        file: Path | None = None,
        to: Path | None = None,
    ) -> str:
        """The same request for a shell."""
        address = path if path.startswith("http") else self._url + path
        words = ["curl", *(["-X", method] if method != "GET" else []), shlex.quote(address)]
        parts = [" ".join(words)]
        if address.startswith(self._url + "/v1/"):
            parts.append(f"-H 'Authorization: Bearer {self._key}'")
        if body is not None:
            indented = body.replace("\n", "\n  ")
            parts += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(indented)}"]
        if file is not None:
            parts.append(f"-F {shlex.quote(f'file=@{file}')}")
        if to is not None:
            parts.append(f"-o {shlex.quote(str(to))}")
        return " \\\n  ".join(parts)

    def _call(self, method: str, path: str, *, expected: int, kept: bool = True, **content: Any) -> Answer:
        headers = {"Authorization": f"Bearer {self._key}", **content.pop("headers", {})}
        started = time.monotonic()
        try:
            raw = self._session.request(
                method, self._url + path, headers=headers, timeout=TIMEOUT_SECONDS, **content
            )
            body = raw.json()
        except requests.RequestException as error:
            raise DemoFailed(f"{method} {path} got no usable answer: {error}") from error
        seconds = round(time.monotonic() - started, 4)
        answer = Answer(method, path, raw.status_code, dict(raw.headers), body, seconds)
        if kept:
            self.answers.append(answer)
        if answer.status != expected:
            raise DemoFailed(
                f"{method} {path} answered {answer.status} instead of {expected}: {raw.text[:500]}"
            )
        return answer

    def _show(self, answer: Answer, headers: Mapping[str, str], body: Any) -> None:
        status = f"{answer.status} {HTTPStatus(answer.status).phrase}"
        self._screen.answer(f"{status} ({answer.seconds * 1000:.0f} ms)", headers, body)
