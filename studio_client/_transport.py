"""One exchange with Studio: bytes out, bytes in, within bounds of time and size."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError

from studio_client import _bounded
from studio_client._errors import NotNow, OutcomeUnknown

BODY_CAP = 1_000_000
_PIECE = 65_536


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds: to connect, between two bytes, and for the whole call."""

    connect: float
    read: float
    total: float


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete HTTP answer."""

    status: int
    retry_after: str | None
    date: str | None
    content: bytes


class _Bearer(AuthBase):
    # Given as `auth`, or requests would let a .netrc entry for the host replace the token.
    def __init__(self, token: str) -> None:
        self._header = f"Bearer {token}"

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._header
        return request


class Transport:
    """Talks to one base URL; each thread has its own session unless one was given."""

    def __init__(self, base_url: str, token: str, limits: Limits, session: requests.Session | None) -> None:
        if not base_url.startswith(("http://", "https://")):
            raise ValueError("the base URL of Studio must begin with http:// or https://")
        self._base_url = base_url.rstrip("/")
        self._auth = _Bearer(token)
        self._limits = limits
        self._given = None if session is None else self._bounded_session(session)
        self._local = threading.local()

    def exchange(
        self,
        method: str,
        path: str,
        body: object = None,
        params: Mapping[str, str] | None = None,
        wait: float = 0,
    ) -> Answer:
        """Send one request; ``wait`` seconds are added to the limits for a long poll.

        Raises :class:`NotNow` where no connection came about, :class:`OutcomeUnknown` where the answer did
        not arrive whole.
        """
        limits = self._limits
        try:
            with (
                _bounded.total(limits.total + wait),
                self._session().request(
                    method,
                    self._base_url + path,
                    json=body,
                    params=params,
                    auth=self._auth,
                    timeout=(limits.connect, limits.read + wait),
                    allow_redirects=False,
                    stream=True,
                ) as response,
            ):
                headers = response.headers
                return Answer(
                    response.status_code, headers.get("Retry-After"), headers.get("Date"), _read(response)
                )
        except requests.RequestException as error:
            if _nothing_was_sent(error):
                raise NotNow("unreachable", "no connection to Studio") from error
            raise OutcomeUnknown(f"no whole answer: {type(error).__name__}") from error
        except (HTTPError, OSError) as error:
            raise OutcomeUnknown(f"the answer broke off: {type(error).__name__}") from error

    def _session(self) -> requests.Session:
        if self._given is not None:
            return self._given
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = self._bounded_session(requests.Session())
            # Proxies of the environment would lead around the bounded connections.
            session.trust_env = False
        return session

    def _bounded_session(self, session: requests.Session) -> requests.Session:
        session.mount(self._base_url, _bounded.BoundedAdapter())
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        session.headers["Accept"] = "application/json"
        # A compressed answer could grow past the cap while it is unpacked.
        session.headers["Accept-Encoding"] = "identity"
        return session


def _read(response: requests.Response) -> bytes:
    content = bytearray()
    while piece := response.raw.read(_PIECE, decode_content=False):
        content += piece
        if len(content) > BODY_CAP:
            raise OutcomeUnknown(f"an answer of more than {BODY_CAP} bytes")
    return bytes(content)


def _nothing_was_sent(error: requests.RequestException) -> bool:
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)
