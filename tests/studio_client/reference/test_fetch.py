"""Fetching: what a job is told when a server is slow, silent, or breaks off."""

import asyncio
from pathlib import Path

import pytest

from studio_client.reference import fetch
from studio_client.reference.codes import Failed, Failure
from studio_client.reference.orders import Picture
from studio_client.reference.outgoing import Outgoing
from tests.studio_client import misbehaving

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n"


def failure(answer: bytes | misbehaving.Script, destination: Path) -> Failure:
    """How fetching a source from a server with this answer fails, given half a second."""

    async def fetched(url: str) -> None:
        outgoing = Outgoing(frozenset([url.partition("://")[2]]))
        try:
            await fetch.picture(outgoing, Picture(url, None), "source", destination, total_s=0.5)
        finally:
            await outgoing.close()

    with misbehaving.serving(answer) as server, pytest.raises(Failed) as failed:
        asyncio.run(fetched(server.url))
    return failed.value.failure


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (misbehaving.dribbling(HEAD), "source_fetch_timeout"),
        (misbehaving.dribbling(b"", b"H"), "source_fetch_timeout"),
        (HEAD + b"only the beginning", "source_fetch_5xx"),
        (b"", "source_fetch_5xx"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "source_fetch_5xx"),
    ],
    ids=["slow body", "slow head", "broken off", "nothing", "no HTTP"],
)
def test_a_server_that_fails_may_do_better_later(
    answer: bytes | misbehaving.Script, code: str, tmp_path: Path
) -> None:
    told = failure(answer, tmp_path / "source")
    assert (told.code, told.retryable, told.stage) == (code, True, "fetch_source")
