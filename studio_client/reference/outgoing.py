"""Studio's own requests: to pictures, uploads and callbacks that callers name.

A name is resolved, every address is checked, and the connection goes to the address that was checked: a name
that changes its address in between gains nothing. Redirects are answers like any other, never followed.
"""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx

_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Forbidden(Exception):
    """The URL leads where Studio does not go."""


class Outgoing:
    """Sends requests; ``allow_private`` names the ``host:port`` pairs that may lie on private addresses."""

    def __init__(self, allow_private: frozenset[str]) -> None:
        self._allow_private = allow_private
        # No connection is kept: the pool knows only addresses, and one made for another name must not be
        # used.
        self._client = httpx.AsyncClient(
            follow_redirects=False,
            trust_env=False,
            timeout=httpx.Timeout(10, connect=3),
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    @asynccontextmanager
    async def send(
        self, method: str, url: str, *, content: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[httpx.Response]:
        """The answer, its body not read yet; raises :class:`Forbidden` and ``httpx.TransportError``."""
        target = _parsed(url)
        address = await self._checked_address(target)
        request = self._client.build_request(
            method,
            target.copy_with(host=address),
            content=content,
            headers={**(headers or {}), "Host": target.netloc.decode("ascii"), "Accept-Encoding": "identity"},
            extensions={"sni_hostname": target.host},
        )
        response = await self._client.send(request, stream=True)
        try:
            yield response
        finally:
            await response.aclose()

    async def close(self) -> None:
        await self._client.aclose()

    async def _checked_address(self, target: httpx.URL) -> str:
        port = target.port or (443 if target.scheme == "https" else 80)
        try:
            found = await asyncio.get_running_loop().getaddrinfo(target.host, port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            raise httpx.ConnectError(f"{target.host} has no address") from error
        addresses = [str(row[4][0]) for row in found]
        if f"{target.host}:{port}".lower() in self._allow_private:
            return addresses[0]
        for address in addresses:
            if (
                not _is_public(ipaddress.ip_address(address))
                and f"{address}:{port}" not in self._allow_private
            ):
                raise Forbidden(f"{target.host}:{port} lies on an address that is not public")
        return addresses[0]


def _parsed(url: str) -> httpx.URL:
    try:
        target = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise Forbidden("not a URL") from error
    if target.scheme not in ("http", "https") or not target.host or target.userinfo:
        raise Forbidden("only http and https URLs without a user name are fetched")
    return target


def _is_public(address: Address) -> bool:
    inner = _embedded(address)
    if inner is not None:
        return _is_public(inner)
    return address.is_global and not address.is_multicast


def _embedded(address: Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside an IPv6 one that a translator or tunnel would lead to."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
