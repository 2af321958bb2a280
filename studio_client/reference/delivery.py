"""Uploads a finished picture to where the caller wants it."""

import asyncio
from collections.abc import Callable

import httpx

from studio_client.reference.codes import Failed
from studio_client.reference.outgoing import Forbidden, Outgoing

TOTAL_S = 30.0
_WAITS_S = (0.5, 1.5)
_STAGE = "deliver"


async def upload(outgoing: Outgoing, put_url: Callable[[], str], content: bytes, media_type: str) -> str:
    """Send ``content`` by PUT; returns the address without its signature.

    ``put_url`` is asked at each try, since a repeated request may have brought a newer URL. Raises
    :class:`Failed` with ``storage_unavailable`` or ``output_write_failed``.
    """
    for wait in (*_WAITS_S, None):
        url = put_url()
        try:
            return await _try(outgoing, url, content, media_type)
        except Failed as failed:
            if wait is None or failed.failure.code != "storage_unavailable":
                raise
            await asyncio.sleep(wait)
    raise AssertionError("the last try returns or raises")


def address(put_url: str) -> str:
    """Where an upload leads, without its signature."""
    return str(httpx.URL(put_url).copy_with(query=None, fragment=None))


async def _try(outgoing: Outgoing, url: str, content: bytes, media_type: str) -> str:
    try:
        async with (
            asyncio.timeout(TOTAL_S),
            outgoing.send("PUT", url, content=content, headers={"Content-Type": media_type}) as response,
        ):
            status = response.status_code
    except Forbidden as error:
        raise Failed("output_write_failed", str(error), _STAGE) from error
    except (TimeoutError, httpx.HTTPError) as error:
        raise Failed("storage_unavailable", "the storage did not answer", _STAGE) from error
    if 200 <= status < 300:
        return address(url)
    if status >= 500 or status in (408, 429):
        raise Failed("storage_unavailable", f"the storage answered {status}", _STAGE)
    raise Failed("output_write_failed", f"the storage answered {status}", _STAGE)
