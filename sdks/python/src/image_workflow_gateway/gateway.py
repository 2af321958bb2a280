"""The gateway as a program wants it: order a picture, wait for it, fetch it."""

import uuid
from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import Any, Literal, NotRequired, Self, TypedDict, TypeVar, Unpack, overload

from ._generated.api.catalog import list_backgrounds, list_output_presets
from ._generated.api.credits_ import get_credits
from ._generated.api.jobs import list_jobs
from ._generated.api.workflows import background_swap_with_image
from ._generated.client import AuthenticatedClient
from ._generated.models import (
    BackgroundList,
    BackgroundSwapWithImageRequest,
    CatalogBackground,
    Credits,
    JobDetail,
    JobList,
    JobSummary,
    ListBackgroundsStatus,
    ListJobsStatus,
    OutputPresetEntry,
    OutputPresetList,
    QuoteResponse,
    UploadAnswer,
    WorkflowAcceptedResponse,
)
from ._generated.types import UNSET, Response, Unset
from ._sources import Source, Sources
from ._wire import Wire, expected
from .jobs import AcceptedJob, Job

_Value = TypeVar("_Value")


class Terms(TypedDict):
    """Of every order. max_credits: refuse a dearer one. idempotency_key: yours, else one is minted."""

    pilot_brand: NotRequired[str | None]
    max_credits: NotRequired[int | None]
    idempotency_key: NotRequired[str | None]


class SwapWithImage(Terms):
    """source: a path, bytes, an upload (key), a job or the id of a render. background: its `public_id`."""

    source: Source
    background: str
    output_preset: str


class Gateway:
    """A client of the gateway by one API key. Thread-safe; close it, or use it in a `with` block.

    signing_secret: signs every request. retry_for: seconds for which one call may go on trying where the
    gateway is away or asks to wait; each attempt ends after 60 seconds without a byte.
    """

    def __init__(
        self, api_key: str, base_url: str, *, signing_secret: str | None = None, retry_for: float = 60.0
    ) -> None:
        self._wire = Wire(api_key, base_url, signing_secret=signing_secret, retry_for=retry_for)
        self._sources = Sources(self._wire)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._wire.close()

    @property
    def client(self) -> AuthenticatedClient:
        """For the generated operations that have no method here; just as patient, with the same errors."""
        return self._wire.client

    @overload
    def background_swap_with_image(
        self, *, dry_run: Literal[False] = False, **order: Unpack[SwapWithImage]
    ) -> AcceptedJob: ...

    @overload
    def background_swap_with_image(
        self, *, dry_run: Literal[True], **order: Unpack[SwapWithImage]
    ) -> QuoteResponse: ...

    def background_swap_with_image(
        self, *, dry_run: bool = False, **order: Unpack[SwapWithImage]
    ) -> AcceptedJob | QuoteResponse:
        """Put the subject of `source` on a background of the catalogue.

        With `dry_run` all is checked and priced, and nothing is charged. Raises RequestFailed
        (InsufficientBalance, PriceAboveLimit, ValidationFailed and others); OSError if `source` is a file
        that can't be read.
        """
        key, render = self._sources.as_fields(order["source"])
        body = BackgroundSwapWithImageRequest(
            source_image_s3_key=key,
            source_render_public_id=render,
            background_image_public_id=order["background"],
            output_preset=order["output_preset"],
            pilot_brand=order.get("pilot_brand"),
        )
        # Minted here, above every repeat.
        minted = order.get("idempotency_key") or str(uuid.uuid4())
        answer = background_swap_with_image.sync_detailed(
            client=self.client,
            body=body,
            dry_run=dry_run,
            idempotency_key=UNSET if dry_run else minted,
            x_max_credits=_given(order.get("max_credits")),
        )
        return expected(QuoteResponse, answer) if dry_run else self._accepted(answer, minted)

    def upload(self, picture: str | PathLike[str] | bytes) -> UploadAnswer:
        """Send a picture (JPEG, PNG or WebP), by its path or its bytes. Raises OSError, RequestFailed."""
        if isinstance(picture, bytes):
            return self._sources.upload(picture)
        path = Path(picture)
        return self._sources.upload(path.read_bytes(), path.name)

    def job(self, job_id: str) -> Job:
        """A job that was ordered before. Nothing is asked yet."""
        return Job(self._wire, job_id)

    def jobs(
        self, *, status: str | None = None, pilot_brand: str | None = None, page_size: int = 200
    ) -> Iterator[JobSummary]:
        """All jobs, newest first, page by page as they are needed. Raises RequestFailed."""
        cursor: str | None = ""
        while cursor is not None:
            answer = list_jobs.sync_detailed(
                client=self.client,
                status=ListJobsStatus(status) if status else UNSET,
                pilot_brand=_given(pilot_brand),
                cursor=cursor or UNSET,
                limit=page_size,
            )
            page = expected(JobList, answer)
            yield from page.jobs
            cursor = page.next_cursor

    def cancel(self, job: Job | str) -> JobDetail:
        """See `Job.cancel`."""
        return self._job(job).cancel()

    def download(self, job: Job | str, to: str | PathLike[str]) -> Path:
        """See `Job.download`."""
        return self._job(job).download(to)

    def credits(self) -> Credits:
        """The balance, and what is in flight. Raises RequestFailed."""
        return expected(Credits, get_credits.sync_detailed(client=self.client))

    def backgrounds(self, *, scene_type: str | None = None) -> list[CatalogBackground]:
        """The active backgrounds, newest first. Raises RequestFailed."""
        found: list[CatalogBackground] = []
        cursor: str | None = ""
        while cursor is not None:
            answer = list_backgrounds.sync_detailed(
                client=self.client,
                status=ListBackgroundsStatus.ACTIVE,
                scene_type=_given(scene_type),
                cursor=cursor or UNSET,
                limit=200,
            )
            page = expected(BackgroundList, answer)
            found += page.backgrounds
            cursor = page.next_cursor
        return found

    def output_presets(self) -> list[OutputPresetEntry]:
        """The sizes and formats to choose from. Raises RequestFailed."""
        answer = list_output_presets.sync_detailed(client=self.client, limit=200)
        return expected(OutputPresetList, answer).output_presets

    def _job(self, job: Job | str) -> Job:
        return job if isinstance(job, Job) else self.job(job)

    def _accepted(self, answer: Response[Any], idempotency_key: str) -> AcceptedJob:
        accepted = expected(WorkflowAcceptedResponse, answer)
        replayed = answer.headers.get("Idempotent-Replayed") == "true"
        return AcceptedJob(self._wire, accepted, idempotency_key=idempotency_key, replayed=replayed)


def _given(value: _Value | None) -> _Value | Unset:
    return UNSET if value is None else value
