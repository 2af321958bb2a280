"""Studio's routes: each asks the board and shows what it says."""

import hmac
import time

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from studio_client.reference import answers, asked, fetch, metrics, orders
from studio_client.reference.answers import Refusal
from studio_client.reference.board import Conflict, Full
from studio_client.reference.checks import Invalid
from studio_client.reference.codes import Failure
from studio_client.reference.job import Job
from studio_client.reference.rehearsals import NAMES, Unusable
from studio_client.reference.runner import MEDIA_TYPES
from studio_client.reference.settings import Settings
from studio_client.reference.studio import Draining, Studio

BATCH_LIMIT = 200
_PAGE = 100


class Endpoints:
    """The endpoints around one Studio."""

    def __init__(self, studio: Studio, settings: Settings) -> None:
        self._studio = studio
        self._queue_limit = settings.queue_limit
        self._rehearsals = NAMES if settings.rehearses else ()

    async def put_job(self, request: Request) -> Response:
        job_id = asked.job_id(request)
        body = await asked.body(request)
        try:
            job, new = self._studio.put(job_id, body)
        except Invalid as fault:
            raise Refusal(400, fault.code, fault.message, fault.pointer) from fault
        except Unusable as error:
            raise Refusal(500, "internal", "nothing that can be used, as the rehearsal asks") from error
        except Conflict as error:
            raise Refusal(409, "job_id_conflict", "this id stands for another request") from error
        except Full as error:
            raise Refusal(429, "queue_full", "as many jobs as Studio takes", retry_after=2) from error
        except Draining as error:
            raise Refusal(503, "draining", "Studio is about to stop", retry_after=2) from error
        return answers.answer(request, job, 201 if new else 200)

    async def get_job(self, request: Request) -> Response:
        job = self._job(asked.job_id(request))
        seen = set(asked.known_etags(request)) - {""}
        await self._hold(job, seen, asked.wait(request))
        if f'"{job.version}"' in seen:
            return Response(status_code=304, headers={"ETag": f'"{job.version}"'})
        return answers.answer(request, job)

    async def cancel_job(self, request: Request) -> Response:
        job = self._job(asked.job_id(request))
        ended = self._studio.end(job, Failure("cancelled", "cancelled by the caller", job.stage))
        return answers.answer(request, job, 202 if ended else 200)

    async def get_output(self, request: Request) -> Response:
        job = self._job(asked.job_id(request))
        path = self._studio.output(job)
        if path is None:
            raise Refusal(404, "output_not_found", "there is no picture of this job here")
        return FileResponse(path, media_type=MEDIA_TYPES[job.order.format])

    async def batch_status(self, request: Request) -> Response:
        job_ids = (await asked.body(request)).get("job_ids")
        if not isinstance(job_ids, list) or len(job_ids) > BATCH_LIMIT:
            raise Refusal(
                400, "invalid_request", f"a list of at most {BATCH_LIMIT} ids is expected", "/job_ids"
            )
        known = [self._studio.board.get(each) for each in job_ids if asked.is_job_id(each)]
        return JSONResponse({"jobs": [answers.shown(request, job) for job in known if job is not None]})

    async def list_jobs(self, request: Request) -> Response:
        found = self._studio.board.since(asked.since(request), asked.cursor(request), _PAGE + 1)
        page = found[:_PAGE]
        more = asked.cursor_after(page[-1].created_at, page[-1].job_id) if len(found) > _PAGE else None
        return JSONResponse({"jobs": [answers.shown(request, job) for job in page], "next_cursor": more})

    async def health(self, request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def ready(self, request: Request) -> Response:
        if self._studio.draining:
            raise Refusal(503, "draining", "Studio is about to stop", retry_after=2)
        if not self._studio.warm:
            raise Refusal(503, "unavailable", "the engine is being loaded", retry_after=1)
        return JSONResponse({"status": "ready"})

    async def capabilities(self, request: Request) -> Response:
        limits = {
            "source_bytes": fetch.BYTE_CAP,
            "output_side": orders.LONGEST_SIDE,
            "unfinished_jobs": self._queue_limit,
            "batch_ids": BATCH_LIMIT,
            "body_bytes": asked.BODY_CAP,
        }
        return JSONResponse(
            {
                "workflows": orders.WORKFLOWS,
                "formats": orders.FORMATS,
                "fits": orders.FITS,
                "limits": limits,
                "rehearsals": self._rehearsals,
                "engine": self._studio.engine_info,
            }
        )

    async def metrics(self, request: Request) -> Response:
        return PlainTextResponse(metrics.text(self._studio), media_type="text/plain; version=0.0.4")

    def _job(self, job_id: str) -> Job:
        job = self._studio.board.get(job_id)
        if job is None:
            raise Refusal(404, "job_not_found", "Studio does not have this job")
        return job

    async def _hold(self, job: Job, seen: set[str], seconds: float) -> None:
        """Wait for another version than those seen, or, where none was named, for the end of the job."""
        until = time.monotonic() + seconds
        while not self._studio.draining and (left := until - time.monotonic()) > 0:
            news = f'"{job.version}"' not in seen if seen else False
            if news or not job.live:
                return
            await self._studio.board.changed(job, left)


def build(studio: Studio, settings: Settings) -> ASGIApp:
    """The ASGI application; the token is asked for on every route."""
    handlers = {Refusal: _refused, HTTPException: _http_error, Exception: _broken}
    return _Bearer(Starlette(routes=routes(studio, settings), exception_handlers=handlers), settings.token)


def routes(studio: Studio, settings: Settings) -> list[Route]:
    """Every path and method that Studio answers."""
    ends = Endpoints(studio, settings)
    return [
        Route("/v1/jobs/{job_id}", ends.put_job, methods=["PUT"]),
        Route("/v1/jobs/{job_id}", ends.get_job, methods=["GET"]),
        Route("/v1/jobs/{job_id}/cancel", ends.cancel_job, methods=["POST"]),
        Route("/v1/jobs/{job_id}/output", ends.get_output, methods=["GET"]),
        Route("/v1/jobs:batchStatus", ends.batch_status, methods=["POST"]),
        Route("/v1/jobs", ends.list_jobs, methods=["GET"]),
        Route("/v1/health", ends.health, methods=["GET"]),
        Route("/v1/ready", ends.ready, methods=["GET"]),
        Route("/v1/capabilities", ends.capabilities, methods=["GET"]),
        Route("/metrics", ends.metrics, methods=["GET"]),
    ]


async def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, Refusal):
        raise error
    return answers.refused(error)


async def _http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "invalid_request")
    return answers.refused(Refusal(error.status_code, code, error.detail))


async def _broken(request: Request, error: Exception) -> Response:
    return answers.refused(Refusal(500, "internal", "Studio failed; the cause is in its log"))


class _Bearer:
    """Lets through what carries the token, before anything else of the request is read."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = dict(scope["headers"]).get(b"authorization", b"")
        if hmac.compare_digest(given, self._expected):
            await self._app(scope, receive, send)
        else:
            await answers.refused(Refusal(401, "unauthorized", "the bearer token is missing or wrong"))(
                scope, receive, send
            )
