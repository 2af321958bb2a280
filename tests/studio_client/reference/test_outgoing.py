"""Where Studio's own requests may lead."""

import asyncio

import httpx
import pytest

from studio_client.reference.outgoing import Forbidden, Outgoing
from tests.studio_client import files
from tests.studio_client.files import Files


async def status(url: str, *allowed: str) -> int:
    outgoing = Outgoing(frozenset(allowed))
    try:
        async with outgoing.send("GET", url) as response:
            return response.status_code
    finally:
        await outgoing.close()


@pytest.mark.parametrize(
    "host",
    [
        *(
            "127.0.0.1",
            "127.1",
            "2130706433",
            "localhost",
            "0.0.0.0",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
        ),
        *("169.254.169.254", "100.64.0.1", "224.0.0.1", "[::1]", "[::]", "[fe80::1]", "[fc00::1]"),
        *("[::ffff:10.0.0.1]", "[64:ff9b::a00:1]", "[2002:a00:1::]"),
    ],
)
def test_addresses_that_are_not_public_are_refused(host: str) -> None:
    with pytest.raises(Forbidden):
        asyncio.run(status(f"http://{host}:8000/"))


@pytest.mark.parametrize(
    "url", ["http://user:word@1.2.3.4/", "ftp://1.2.3.4/", "http:///x", "http://[::1", "x"]
)
def test_other_kinds_of_address_are_refused(url: str) -> None:
    with pytest.raises(Forbidden):
        asyncio.run(status(url))


def test_an_allowed_host_and_port_is_reached(caller: Files) -> None:
    assert asyncio.run(status(f"{caller.url}/wall.jpg", caller.address)) == 200


def test_an_allowed_name_is_reached_under_its_name(caller: Files) -> None:
    port = caller.address.partition(":")[2]
    assert asyncio.run(status(f"http://localhost:{port}/wall.jpg", f"localhost:{port}")) == 200


def test_another_port_of_an_allowed_host_is_not(caller: Files) -> None:
    with pytest.raises(Forbidden):
        asyncio.run(status(f"{caller.url}/wall.jpg", "127.0.0.1:1"))


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    with files.serving() as alone:
        alone.troubles["/moved"] = [302]
        assert asyncio.run(status(f"{alone.url}/moved", alone.address)) == 302
        assert alone.requests == ["/moved"]


def test_a_name_without_an_address_is_a_failed_connection() -> None:
    with pytest.raises(httpx.ConnectError):
        asyncio.run(status("http://pictures.invalid/"))
