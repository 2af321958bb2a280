"""Below the generated operations: signature, repeats, and an exception for every refusal."""

import base64
import hashlib
import hmac
import itertools
import random
import time
from collections.abc import Callable, Generator

import httpx

from . import errors
from ._refusals import refusal

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8.0
# POSTs that need no key to be sent again: a second cancel answers as the first, an upload costs nothing.
_HARMLESS = ("/cancel", "/uploads")


class Signature(httpx.Auth):
    """Adds X-Shopify-Hmac-Sha256: base64 of the HMAC-SHA256 of the raw body, by the whole signing secret."""

    requires_request_body = True

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        digest = hmac.new(self._secret, request.content, hashlib.sha256).digest()
        request.headers["X-Shopify-Hmac-Sha256"] = base64.b64encode(digest).decode()
        yield request


class Patient(httpx.BaseTransport):
    """Sends a request again while that is safe and may help, for at most `retry_for` seconds in all.

    Whatever is neither 2xx nor 304 in the end is raised as an error of this package.
    """

    def __init__(
        self, inner: httpx.BaseTransport, retry_for: float, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._inner = inner
        self._retry_for = retry_for
        self._sleep = sleep

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        # Whole, so that it can be sent more than once.
        request.read()
        end = time.monotonic() + self._retry_for
        for attempt in itertools.count():
            try:
                return self._answer(request)
            except errors.RequestFailed as failed:
                failed.idempotency_key = request.headers.get("Idempotency-Key")
                pause = _pause(failed, attempt)
                if not _may_repeat(request, failed) or time.monotonic() + pause > end:
                    raise
                self._sleep(pause)
        raise AssertionError("counting does not end")

    def close(self) -> None:
        self._inner.close()

    def _answer(self, request: httpx.Request) -> httpx.Response:
        try:
            response = self._inner.handle_request(request)
            # Here, and not later: a body that breaks off is worth another attempt too.
            response.read()
        except httpx.TransportError as error:
            reason = str(error) or type(error).__name__
            raise errors.ConnectionFailed(
                f"No answer from {request.url.host}: {reason}", charged=None, retryable=True
            ) from error
        if response.is_success or response.status_code == httpx.codes.NOT_MODIFIED:
            return response
        raise refusal(response)


def _may_repeat(request: httpx.Request, failed: errors.RequestFailed) -> bool:
    passing = isinstance(failed, errors.ConnectionFailed | errors.RateLimited | errors.Unavailable)
    # Our own first attempt, cut off, is still being answered.
    if not passing and failed.code != "IDEMPOTENCY_IN_PROGRESS":
        return False
    return (
        request.method == "GET"
        or "Idempotency-Key" in request.headers
        or request.url.params.get("dry_run") == "true"
        or request.url.path.endswith(_HARMLESS)
    )


def _pause(failed: errors.RequestFailed, attempt: int) -> float:
    """Seconds: what the gateway asked for, else twice as many each time; a little different for everybody."""
    if failed.retry_after is not None:
        return failed.retry_after + random.uniform(0, 0.25)
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0**attempt) * random.uniform(0.5, 1)
