"""What Studio's HTTP status and error body mean for the one who asked."""

from studio_client import _reading, _retry_after, _wire
from studio_client._codes import TERMINAL_CODES
from studio_client._errors import NotNow, OutcomeUnknown, Refused, StudioError
from studio_client._reading import Unreadable
from studio_client._transport import Answer
from studio_client._types import JobError

_NEVER_ACCEPTED = {400: "invalid_request", 409: "job_id_conflict", 413: "payload_too_large"}


def of(answer: Answer) -> StudioError:
    """The error that an answer other than 2xx stands for."""
    error = _error(answer)
    if answer.status == 413 and error is None:
        return Refused("payload_too_large", "Studio refused the size of the request")
    if answer.status in (429, 503):
        return _not_now(answer, error)
    if error is None or not 400 <= answer.status < 500:
        return OutcomeUnknown(f"HTTP {answer.status}")
    if answer.status in (401, 403):
        return NotNow("unauthorized", "Studio does not accept our token")
    if error.is_terminal or error.code == _NEVER_ACCEPTED.get(answer.status):
        return Refused(error.code, error.message, error.stage, error.reasons)
    return OutcomeUnknown(f"HTTP {answer.status} {error.code}")


def says_not_found(answer: Answer) -> bool:
    """Whether Studio itself, not something in between, says that it has no such job."""
    error = _error(answer)
    return answer.status == 404 and error is not None and error.code == "job_not_found"


def _not_now(answer: Answer, error: JobError | None) -> StudioError:
    wait = _retry_after.parse(answer.retry_after, answer.date)
    if error is None and answer.status == 503:
        return OutcomeUnknown("HTTP 503 that Studio did not write", wait)
    if error is None:
        return NotNow("queue_full", "HTTP 429", wait)
    if error.code in TERMINAL_CODES:
        return OutcomeUnknown(f"HTTP {answer.status} {error.code}")
    return NotNow(error.code, error.message, error.retry_after_s if wait is None else wait)


def _error(answer: Answer) -> JobError | None:
    try:
        return _wire.job_error(_reading.mapping(_reading.decode(answer.content).get("error")))
    except Unreadable:
        return None
