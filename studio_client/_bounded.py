"""Connections whose every wait ends at one moment.

A socket's own time limit starts anew with each byte received, so a server that sends one byte a second holds
a caller for hours. Here each wait is shortened to what is left of the call's total, in the headers and body
alike. Only name resolution is left to the system's resolver and its own limits.
"""

import math
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Retry
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util import Timeout
from urllib3.util.ssl_ import create_urllib3_context

_ends_at: ContextVar[float] = ContextVar("ends_at", default=math.inf)


@contextmanager
def total(seconds: float) -> Iterator[None]:
    """Everything sent and received inside ends within ``seconds``, or raises :class:`TimeoutError`."""
    token = _ends_at.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends_at.reset(token)


def _left(limit: float | None) -> float | None:
    left = _ends_at.get() - time.monotonic()
    if left <= 0:
        raise TimeoutError("the total time is over")
    shorter = min(left, math.inf if limit is None else limit)
    return None if math.isinf(shorter) else shorter


class _Waits(socket.socket):
    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(_left(self.gettimeout()))
        return super().recv_into(*args, **kwargs)

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        self.settimeout(_left(self.gettimeout()))
        super().sendall(*args, **kwargs)


class _Socket(_Waits):
    pass


class _TLSSocket(_Waits, ssl.SSLSocket):
    pass


def _connect(host: str, port: int, limit: float | None) -> socket.socket:
    refused: OSError = OSError("the name has no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        reached = _Socket(family, kind, protocol)
        try:
            reached.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            reached.settimeout(_left(limit))
            reached.connect(address)
        except OSError as error:
            reached.close()
            refused = error
        else:
            return reached
    raise refused


class _Connection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        try:
            return _connect(
                self.host, self.port or self.default_port, Timeout.resolve_default_timeout(self.timeout)
            )
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, f"connecting to {self.host} took too long") from error
        except OSError as error:
            raise NewConnectionError(self, f"can't connect: {error}") from error


class _TLSConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSConnection


class BoundedAdapter(HTTPAdapter):
    """Carries requests over bounded connections; retries once, and only where no connection came about."""

    def __init__(self) -> None:
        retry = Retry(
            total=1,
            connect=1,
            read=False,
            redirect=False,
            status=0,
            other=0,
            respect_retry_after_header=False,
        )
        super().__init__(max_retries=retry)

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any
    ) -> None:
        context = create_urllib3_context()
        context.sslsocket_class = _TLSSocket
        super().init_poolmanager(connections, maxsize, block, ssl_context=context, **pool_kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TLSPool}
