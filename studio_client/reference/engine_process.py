"""The parent's hold on one child process that makes pictures."""

import asyncio
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from studio_client.reference.codes import Failed

_START_S = 60.0
_ROOT = Path(__file__).parents[2]
_LONGEST_LINE = 1024 * 1024

# More threads than one per process would change the order of sums, and with it the bytes of the picture.
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "STUDIO_MATTING_ONNX")


class EngineWontStart(Exception):
    """The child ended before it was ready; what it wrote is on standard error."""


class EngineProcess:
    """One child, started when needed; serves one task at a time.

    ``seconds`` is the wall limit of a task, ``memory_mb`` the limit of the child's address space.
    """

    def __init__(self, seconds: float, memory_mb: int) -> None:
        self._seconds = seconds
        self._memory_mb = memory_mb
        self._child: asyncio.subprocess.Process | None = None
        self.info: dict[str, object] = {}
        self.starts = 0

    async def start(self) -> None:
        """Return when the child has loaded the engine; raises :class:`EngineWontStart`."""
        child = self._child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "studio_client.reference.engine_child", str(self._memory_mb)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=_environment(),
            limit=_LONGEST_LINE,
            # Ctrl-C in a terminal reaches the whole group; the parent alone decides when its children end.
            start_new_session=True,
        )
        self.starts += 1
        try:
            async with asyncio.timeout(_START_S):
                self.info = (await _line(child))["ready"]
        except (TimeoutError, EOFError) as error:
            await self.stop()
            raise EngineWontStart("the engine's process ended or hung while it started") from error
        except asyncio.CancelledError:
            await self.stop()
            raise

    async def run(self, task: dict[str, object], on_stage: Callable[[str, float], None]) -> dict[str, Any]:
        """The engine's result for ``task``; raises :class:`Failed`.

        Whatever ends the wait early (time limit, cancellation) ends the child too, for it can't be
        interrupted.
        """
        child = await self._ready()
        try:
            async with asyncio.timeout(self._seconds):
                return await _converse(child, task, on_stage)
        except TimeoutError as error:
            await self.stop()
            raise Failed("engine_timeout", f"not done within {self._seconds:g} s", "engine") from error
        except (EOFError, ConnectionError) as error:
            await self.stop()
            raise Failed("worker_crashed", "the process that made the picture died", "engine") from error
        except asyncio.CancelledError:
            await self.stop()
            raise

    async def stop(self) -> None:
        """End the child, if there is one, and wait until it is gone."""
        child, self._child = self._child, None
        if child is None:
            return
        if child.returncode is None:
            child.kill()
        await child.wait()

    async def _ready(self) -> asyncio.subprocess.Process:
        if self._child is None or self._child.returncode is not None:
            try:
                await self.start()
            except EngineWontStart as error:
                raise Failed("internal", "the engine does not start", "engine") from error
        if self._child is None:
            raise Failed("worker_crashed", "the engine's process was stopped", "engine")
        return self._child


def _environment() -> dict[str, str]:
    # The child sees hostile pictures: it gets neither the token nor the signing keys.
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return kept | _ONE_THREAD | {"PYTHONPATH": str(_ROOT)}


async def _converse(
    child: asyncio.subprocess.Process, task: dict[str, object], on_stage: Callable[[str, float], None]
) -> dict[str, Any]:
    if child.stdin is None:
        raise EOFError
    child.stdin.write(json.dumps(task).encode() + b"\n")
    await child.stdin.drain()
    while True:
        message = await _line(child)
        if "stage" in message:
            on_stage(message["stage"], message["share"])
        elif "failure" in message:
            told = message["failure"]
            raise Failed(told["code"], told["message"], told["stage"], tuple(told["reasons"]))
        else:
            result: dict[str, Any] = message["result"]
            return result


async def _line(child: asyncio.subprocess.Process) -> dict[str, Any]:
    line = await child.stdout.readline() if child.stdout else b""
    if not line.endswith(b"\n"):
        raise EOFError
    message: dict[str, Any] = json.loads(line)
    return message
