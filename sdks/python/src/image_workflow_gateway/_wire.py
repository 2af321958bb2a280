"""What a gateway and its jobs speak through: the generated client, patient, and a bare one for pictures."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import httpx

from . import errors
from ._generated.client import AuthenticatedClient
from ._generated.types import Response
from ._transport import Patient, Signature

# Longer than the gateway holds a request that waits for news.
_TIMEOUT = httpx.Timeout(60.0, connect=10.0)
_Shape = TypeVar("_Shape")


class Wire:
    def __init__(
        self,
        api_key: str,
        base_url: str,
        *,
        signing_secret: str | None,
        retry_for: float,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.sleep = sleep
        self._transport = Patient(httpx.HTTPTransport(), retry_for, sleep)
        self.client = AuthenticatedClient(
            base_url=base_url.rstrip("/"),
            token=api_key,
            timeout=_TIMEOUT,
            httpx_args={
                "transport": self._transport,
                "auth": Signature(signing_secret) if signing_secret else None,
            },
        )

    def fetch(self, url: str) -> bytes:
        """What lies at a signed link. The API key is not shown to whoever serves it. Raises RequestFailed."""
        request = httpx.Request("GET", url, extensions={"timeout": _TIMEOUT.as_dict()})
        return self._transport.handle_request(request).content

    def close(self) -> None:
        self._transport.close()


def expected(shape: type[_Shape], answer: Response[Any]) -> _Shape:
    """The body of an answer, which is of this shape unless somebody else answered. Raises RequestFailed."""
    if isinstance(answer.parsed, shape):
        return answer.parsed
    raise errors.RequestFailed(
        f"HTTP {int(answer.status_code)} where {shape.__name__} was expected: is this the gateway's address?",
        code="UNEXPECTED_ANSWER",
        charged=None,
    )
