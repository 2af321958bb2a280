"""Takes one job from the queue to its end: fetch, draw, deliver."""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from studio_client.reference import delivery, fetch, rehearsals, samples
from studio_client.reference.board import Board
from studio_client.reference.codes import Failed, Failure
from studio_client.reference.engine_process import EngineProcess
from studio_client.reference.job import Job, Made
from studio_client.reference.orders import GENERATOR, Order, Picture
from studio_client.reference.outgoing import Outgoing

MEDIA_TYPES = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "avif": "image/avif"}

# Shares of the whole at which fetching ends and delivering begins.
_FETCHED, _DRAWN = 0.1, 0.9

log = logging.getLogger(__name__)


class Runner:
    """Works on jobs with a set of engine processes; several jobs may fetch and deliver while others draw."""

    def __init__(self, board: Board, outgoing: Outgoing, engines: list[EngineProcess], data: Path) -> None:
        self._board = board
        self._outgoing = outgoing
        self._free: asyncio.Queue[EngineProcess] = asyncio.Queue()
        for engine in engines:
            self._free.put_nowait(engine)
        self._work = data / "work"
        self._outputs = data / "outputs"
        shutil.rmtree(self._work, ignore_errors=True)
        self._work.mkdir(parents=True)
        self._outputs.mkdir(exist_ok=True)

    def output(self, job: Job) -> Path:
        """Where the picture of a job without an upload address is kept."""
        return self._outputs / f"{job.job_id}.{job.order.format}"

    async def run(self, job: Job) -> None:
        """Bring the job to an end. Cancelled from outside, it leaves the state to the one who cancelled."""
        folder = self._work / job.job_id
        folder.mkdir()
        try:
            self._board.succeed(job, await self._make(job, folder))
        except Failed as failed:
            self._board.fail(job, failed.failure)
        except Exception:
            log.exception("job %s failed in a way nobody foresaw", job.job_id)
            self._board.fail(job, Failure("internal", "Studio failed; the cause is in its log", job.stage))
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    async def _make(self, job: Job, folder: Path) -> Made:
        rehearse = job.order.rehearse
        if rehearse is not None:
            await rehearsals.before_drawing(rehearse, job.spent, partial(self._board.report, job))
            await asyncio.to_thread(samples.write_subject, folder / "source")
        await self._fetch(job, folder)
        async with self._engine() as engine:
            result = await engine.run(_task(job.order, folder), partial(self._drawing, job))
            info = engine.info
        self._board.report(job, "deliver", _DRAWN)
        url = await self._deliver(job, folder / "output")
        return _made(result if rehearse is None else rehearsals.judged(rehearse, result), url, info)

    async def _fetch(self, job: Job, folder: Path) -> None:
        pictures: tuple[tuple[fetch.Role, Picture | None], ...] = (
            ("source", job.order.source),
            ("background", job.order.background),
        )
        for role, wanted in pictures:
            if wanted is not None:
                self._board.report(job, f"fetch_{role}", 0.0)
                await fetch.picture(self._outgoing, wanted, role, folder / role)

    def _drawing(self, job: Job, stage: str, share: float) -> None:
        if job.order.rehearse != rehearsals.SLOW:
            self._board.report(job, stage, _FETCHED + share * (_DRAWN - _FETCHED))

    async def _deliver(self, job: Job, drawn: Path) -> str:
        put_url, is_missing = job.order.put_url, job.order.rehearse == rehearsals.MISSING
        if put_url is None:
            if not is_missing:
                self._keep(job, drawn)
            return f"/v1/jobs/{job.job_id}/output"
        if is_missing:
            return delivery.address(put_url)
        content = await asyncio.to_thread(drawn.read_bytes)
        media_type = MEDIA_TYPES[job.order.format]
        return await delivery.upload(self._outgoing, lambda: str(job.order.put_url), content, media_type)

    def _keep(self, job: Job, drawn: Path) -> None:
        drawn.replace(self.output(job))

    @asynccontextmanager
    async def _engine(self) -> AsyncIterator[EngineProcess]:
        engine = await self._free.get()
        try:
            yield engine
        finally:
            self._free.put_nowait(engine)


def _task(order: Order, folder: Path) -> dict[str, object]:
    return {
        "source": None if order.workflow == GENERATOR else str(folder / "source"),
        "background": None if order.background is None else str(folder / "background"),
        "spec": order.spec,
        "output": order.output,
        "options": order.options,
        "destination": str(folder / "output"),
    }


def _made(result: dict[str, Any], url: str, info: dict[str, object]) -> Made:
    warnings = list(result["warnings"])
    if result["verdict"] != "ok" and result["verdict"] not in warnings:
        warnings.insert(0, result["verdict"])
    file = {name: result[name] for name in ("sha256", "bytes", "width", "height", "format")}
    return Made(
        outputs=[{"url": url, **file}],
        confidence=result["confidence"],
        warnings=warnings,
        engine=info,
        applied=list(result["applied"]),
        timings=result["timings"],
    )
