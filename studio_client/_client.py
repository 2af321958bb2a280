"""The gateway's view of Studio: one method per route."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote

import requests

from studio_client import _reading, _verdict, _wire
from studio_client._errors import JobNotFound, OutcomeUnknown, StudioError
from studio_client._reading import Unreadable
from studio_client._transport import Answer, Limits, Transport
from studio_client._types import Capabilities, JobPage, Order, StudioJob

BATCH_LIMIT = 200
"""How many jobs one batch question may name; more are asked in several calls."""

_Read = TypeVar("_Read")


class StudioClient:
    """Talks to one Studio. Safe to share between threads: each has a session of its own.

    ``connect_timeout``, ``read_timeout`` (between two bytes) and ``total_timeout`` (the whole call) are
    seconds. A ``session`` is for settings such as a private certificate authority; it is then the only one,
    its adapter for ``base_url`` is replaced, and sharing it between threads is the caller's affair.

    Every method raises :class:`NotNow` or :class:`OutcomeUnknown` as their docstrings say.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        connect_timeout: float = 3,
        read_timeout: float = 10,
        total_timeout: float = 15,
        session: requests.Session | None = None,
    ) -> None:
        limits = Limits(connect=connect_timeout, read=read_timeout, total=total_timeout)
        self._transport = Transport(base_url, token, limits, session)

    def submit(self, order: Order) -> StudioJob:
        """Hand the job over, or learn how it stands: the same order may be sent any number of times.

        Raises :class:`Refused` where Studio says that it can never be done.
        """
        answer = self._transport.exchange("PUT", _path(order.job_id), body=_wire.order_body(order))
        return _this_job(answer, order.job_id)

    def get(self, job_id: str, wait: float = 0) -> StudioJob:
        """The job as it stands, or as soon as it has ended within ``wait`` seconds (at most 20).

        Raises :class:`JobNotFound`.
        """
        params = {"wait": f"{wait:g}"} if wait else None
        answer = self._transport.exchange("GET", _path(job_id), params=params, wait=wait)
        return _this_job(answer, job_id)

    def batch_status(self, job_ids: Iterable[str]) -> dict[str, StudioJob]:
        """Many jobs at once, by id.

        A job that is absent from the answer is not known to Studio, or its row could not be read: submit it
        again.
        """
        asked = sorted(set(job_ids))
        found: dict[str, StudioJob] = {}
        for start in range(0, len(asked), BATCH_LIMIT):
            found |= self._batch(asked[start : start + BATCH_LIMIT])
        return found

    def cancel(self, job_id: str) -> StudioJob:
        """Stop the job; the answer is the state it is in now, which may be an end it had reached before.

        Raises :class:`JobNotFound`.
        """
        return _this_job(self._transport.exchange("POST", f"{_path(job_id)}/cancel"), job_id)

    def list(self, since: datetime | None = None, cursor: str | None = None) -> JobPage:
        """A page of the jobs that Studio took at or after ``since``, oldest first."""
        params = {} if since is None else {"since": since.isoformat()}
        if cursor is not None:
            params["cursor"] = cursor
        return _read(self._transport.exchange("GET", "/v1/jobs", params=params), _wire.page)

    def capabilities(self) -> Capabilities:
        """What this Studio can do."""
        return _read(self._transport.exchange("GET", "/v1/capabilities"), _wire.capabilities)

    def ready(self) -> bool:
        """Whether Studio takes work now; being out of reach is one way of not being ready."""
        try:
            return self._transport.exchange("GET", "/v1/ready").status == 200
        except StudioError:
            return False

    def _batch(self, job_ids: Sequence[str]) -> dict[str, StudioJob]:
        asked = frozenset(job_ids)
        answer = self._transport.exchange("POST", "/v1/jobs:batchStatus", body={"job_ids": job_ids})
        return _read(answer, lambda body: _wire.jobs_among(body, asked))


def _path(job_id: str) -> str:
    return f"/v1/jobs/{quote(job_id, safe='')}"


def _this_job(answer: Answer, job_id: str) -> StudioJob:
    if _verdict.says_not_found(answer):
        raise JobNotFound(job_id)
    job = _read(answer, _wire.job)
    if job.job_id != job_id:
        raise OutcomeUnknown("the answer is about another job")
    return job


def _read(answer: Answer, parse: Callable[[Mapping[str, object]], _Read]) -> _Read:
    if answer.status not in (200, 201, 202):
        raise _verdict.of(answer)
    try:
        return parse(_reading.decode(answer.content))
    except Unreadable as error:
        raise OutcomeUnknown(f"HTTP {answer.status} with an unreadable answer: {error}") from error
