"""Turns orders into JSON and Studio's JSON into typed answers."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import get_args

from studio_client import _reading, _retry_after
from studio_client._reading import Unreadable
from studio_client._types import (
    Capabilities,
    EngineInfo,
    JobError,
    JobPage,
    Order,
    OutputFile,
    Picture,
    Spec,
    Status,
    StudioJob,
)

_STATUSES: dict[str, Status] = {status: status for status in get_args(Status)}

Body = Mapping[str, object]


def order_body(order: Order) -> dict[str, object]:
    """The body of ``PUT /v1/jobs/{job_id}``; what is ``None`` is left out."""
    background = order.background
    body: dict[str, object] = {
        "workflow": order.workflow,
        "fingerprint": order.fingerprint,
        "background": {"spec": asdict(background)} if isinstance(background, Spec) else _picture(background),
        "output": asdict(order.output),
        "options": asdict(order.options),
        "deadline": order.deadline.isoformat(),
        "metadata": order.metadata,
    }
    if order.source is not None:
        body["source"] = _picture(order.source)
    if order.rehearse is not None:
        body["rehearse"] = order.rehearse
    if order.put_url is not None:
        body["deliver_to"] = {"put_url": order.put_url}
    if order.callback is not None:
        body["callback"] = asdict(order.callback)
    return body


def _picture(picture: Picture) -> dict[str, object]:
    return {name: value for name, value in asdict(picture).items() if value is not None}


def status(body: Body) -> Status:
    word = _reading.text(body, "status")
    if word not in _STATUSES:
        raise Unreadable("status is none of the four")
    return _STATUSES[word]


def job(body: Body) -> StudioJob:
    """One job; a FAILURE without an error is unreadable, for nobody could say whether to ask again."""
    state = status(body)
    error = None if body.get("error") is None else job_error(_reading.mapping(body["error"]))
    if state == "FAILURE" and error is None:
        raise Unreadable("a FAILURE without an error")
    return StudioJob(
        job_id=_reading.text(body, "job_id"),
        status=state,
        version=_reading.whole(body, "version"),
        progress=_reading.fraction(body, "progress"),
        stage=_reading.text_or_none(body, "stage"),
        outputs=tuple(_output(_reading.mapping(row)) for row in _reading.rows(body, "outputs")),
        error=error,
        confidence=None if body.get("confidence") is None else _reading.fraction(body, "confidence"),
        warnings=_reading.texts(body, "warnings"),
        engine=_engine(body.get("engine")),
        timings=_timings(body.get("timings")),
    )


def job_error(body: Body) -> JobError:
    return JobError(
        code=_reading.text(body, "code"),
        message=_reading.text(body, "message"),
        retryable=_reading.flag(body, "retryable"),
        stage=_reading.text_or_none(body, "stage"),
        reasons=_reading.texts(body, "reasons"),
        retry_after_s=_retry_after.sane(body.get("retry_after_s")),
    )


def page(body: Body) -> JobPage:
    jobs = tuple(job(_reading.mapping(row)) for row in _reading.rows(body, "jobs"))
    return JobPage(jobs=jobs, next_cursor=_reading.text_or_none(body, "next_cursor"))


def jobs_among(body: Body, asked: frozenset[str]) -> dict[str, StudioJob]:
    """The readable jobs of a batch answer that were asked for; one spoiled row does not hide the others."""
    if not isinstance(body.get("jobs"), list):
        raise Unreadable("jobs is not a list")
    found: dict[str, StudioJob] = {}
    for row in _reading.rows(body, "jobs"):
        try:
            known = job(_reading.mapping(row))
        except Unreadable:
            continue
        if known.job_id in asked:
            found[known.job_id] = known
    return found


def capabilities(body: Body) -> Capabilities:
    limits = _reading.mapping(body.get("limits"))
    return Capabilities(
        workflows=_reading.texts(body, "workflows"),
        formats=_reading.texts(body, "formats"),
        engine=_engine(body.get("engine")),
        limits={name: _reading.whole(limits, name) for name in limits},
    )


def _output(body: Body) -> OutputFile:
    return OutputFile(
        url=_reading.text(body, "url"),
        sha256=_reading.text(body, "sha256"),
        bytes=_reading.whole(body, "bytes"),
        width=_reading.whole(body, "width"),
        height=_reading.whole(body, "height"),
        format=_reading.text(body, "format"),
    )


def _engine(value: object) -> EngineInfo | None:
    if value is None:
        return None
    body = _reading.mapping(value)
    weights = _reading.text_or_none(body, "weights_sha256")
    return EngineInfo(_reading.text(body, "name"), _reading.text(body, "version"), weights)


def _timings(value: object) -> dict[str, float]:
    if value is None:
        return {}
    return {name: _reading.number(seconds, name) for name, seconds in _reading.mapping(value).items()}
