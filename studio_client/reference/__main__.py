"""Runs the reference Studio: ``python -m studio_client.reference --data DIR``."""

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from studio_client.reference import app, settings
from studio_client.reference.engine_process import EngineWontStart
from studio_client.reference.settings import Settings
from studio_client.reference.studio import Studio


class _Server(uvicorn.Server):
    # uvicorn would close the door at the first signal; Studio has to answer "draining" for a moment.
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(chosen: Settings, door: socket.socket) -> None:
    """Serve on ``door`` until SIGTERM or SIGINT; raises ``EngineWontStart``."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    studio = Studio(chosen)
    config = uvicorn.Config(
        app.build(studio, chosen),
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve([door]))
    starting = asyncio.create_task(studio.start())
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([starting, stopping], return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            await starting
        await stopping
        await studio.drain()
    finally:
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        await studio.close()
        server.should_exit = True
        await serving


def main() -> int:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        chosen = settings.read(sys.argv[1:], os.environ)
        door = socket.create_server((chosen.host, chosen.port))
    except (ValueError, OSError) as error:
        print(f"The reference Studio can't start: {error}", file=sys.stderr)
        return 2
    # Accepted connections inherit it; without it each answer waits 40 ms for the caller's acknowledgement.
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    host, port = door.getsockname()[:2]
    print(f"Studio listens on http://{host}:{port}", flush=True)
    try:
        asyncio.run(serve(chosen, door))
    except EngineWontStart as error:
        print(f"The reference Studio can't start: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
