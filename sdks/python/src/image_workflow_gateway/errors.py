"""Whatever can go wrong, by name; all of it is a `GatewayError`."""

from __future__ import annotations

from ._generated.models import JobDetail, ValidationError


class GatewayError(Exception):
    """Something was not done. `str()` of it is a sentence for a person.

    code: the word for programs, as the API has it.
    request_id: the ULID to look up in `/v1/request-logs` and to quote for help; None without an answer.
    charged: credits that this cost in the end; None where it could not be found out.
    retryable: whether the same may succeed later with nothing changed.
    """

    code = "ERROR"

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        request_id: str | None = None,
        charged: int | None = 0,
        retryable: bool = False,
    ) -> None:
        super().__init__(message)
        self.code = code or self.code
        self.request_id = request_id
        self.charged = charged
        self.retryable = retryable


class RequestFailed(GatewayError):
    """A request was refused, or got no answer.

    status: of HTTP; 0 if there was no answer.
    retry_after: seconds that the gateway asks to wait; None if it does not say.
    idempotency_key: with what the same request can be sent again without a second charge; None for reads.
    """

    status: int = 0
    retry_after: float | None = None
    idempotency_key: str | None = None


class ConnectionFailed(RequestFailed):
    """No answer came. It may have been done nevertheless: send it again with the same `idempotency_key`."""

    code = "CONNECTION_FAILED"


class Unauthenticated(RequestFailed):
    """The API key or the signature was not taken (401)."""


class InsufficientBalance(RequestFailed):
    """The price exceeds the balance (402)."""


class PriceAboveLimit(RequestFailed):
    """The price exceeds `max_credits` (402)."""


class PermissionDenied(RequestFailed):
    """The key lacks the capability, or the client is suspended (403)."""


class NotFound(RequestFailed):
    """Unknown, or not yours (404)."""


class Conflict(RequestFailed):
    """Such as a job that can no longer be cancelled (409)."""


class ValidationFailed(RequestFailed):
    """The request is wrong (422). `detail` has every fault, with `loc`, `msg` and `type`."""

    detail: tuple[ValidationError, ...] = ()


class IdempotencyKeyReused(RequestFailed):
    """This idempotency key belongs to a request with another body (422)."""


class RateLimited(RequestFailed):
    """Too many requests, or too many unfinished jobs (429); `retry_after` says how long to wait."""


class Unavailable(RequestFailed):
    """The gateway or the workflow is away for the moment (502, 503, 504)."""


class ServerFault(RequestFailed):
    """The gateway failed (500)."""


class JobFailed(GatewayError):
    """A job ended as FAILURE. `refunded` credits came back; `job` has the rest."""

    def __init__(self, job: JobDetail) -> None:
        said = job.error
        super().__init__(
            said.message if said else "The job failed.",
            code=said.code if said else "",
            request_id=job.request_id,
            charged=job.credits_.net,
            retryable=bool(said and said.retryable),
        )
        self.job = job
        self.refunded = job.credits_.refunded


class WaitTimedOut(GatewayError, TimeoutError):
    """A job has not finished in the time that `wait` was given. It goes on, and so may you: wait again."""

    code = "WAIT_TIMED_OUT"


class PictureDamaged(GatewayError):
    """What was downloaded is not what the job made; download it again."""

    code = "PICTURE_DAMAGED"
