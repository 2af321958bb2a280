"""Fetches the pictures of a job."""

import asyncio
import hashlib
from pathlib import Path
from typing import Literal

import httpx

from studio_client.reference.codes import Failed
from studio_client.reference.orders import Picture
from studio_client.reference.outgoing import Forbidden, Outgoing

BYTE_CAP = 25 * 1024 * 1024
TOTAL_S = 30.0

Role = Literal["source", "background"]


async def picture(
    outgoing: Outgoing, wanted: Picture, role: Role, destination: Path, total_s: float = TOTAL_S
) -> None:
    """Write the picture to ``destination`` within ``total_s`` seconds; raises :class:`Failed`."""
    stage = f"fetch_{role}"
    try:
        async with asyncio.timeout(total_s):
            digest = await _download(outgoing, wanted.url, role, destination)
    except Forbidden as error:
        raise Failed("source_forbidden", str(error), stage) from error
    except (TimeoutError, httpx.TimeoutException) as error:
        raise Failed("source_fetch_timeout", f"the {role} did not arrive in time", stage) from error
    except httpx.HTTPError as error:
        raise Failed("source_fetch_5xx", f"the {role}'s server did not answer properly", stage) from error
    if wanted.sha256 not in (None, digest):
        raise Failed("sha256_mismatch", f"the {role} is not the picture that was meant", stage)


async def _download(outgoing: Outgoing, url: str, role: Role, destination: Path) -> str:
    digest = hashlib.sha256()
    length = 0
    async with outgoing.send("GET", url) as response:
        if response.status_code != 200:
            raise _refusal(response.status_code, role)
        with destination.open("wb") as file:
            async for piece in response.aiter_raw():
                length += len(piece)
                if length > BYTE_CAP:
                    raise Failed(
                        "image_too_large", f"the {role} has more than {BYTE_CAP} bytes", f"fetch_{role}"
                    )
                digest.update(piece)
                file.write(piece)
    return digest.hexdigest()


def _refusal(status: int, role: Role) -> Failed:
    stage = f"fetch_{role}"
    if status in (404, 410):
        return Failed(f"{role}_not_found", f"the {role} is not there (HTTP {status})", stage)
    if status == 408:
        return Failed("source_fetch_timeout", f"the {role}'s server took too long (HTTP 408)", stage)
    if status >= 500 or status == 429:
        return Failed("source_fetch_5xx", f"the {role}'s server failed (HTTP {status})", stage)
    return Failed("source_forbidden", f"the {role} may not be fetched (HTTP {status})", stage)
