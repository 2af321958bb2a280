"""What can go wrong between the gateway and Studio.

StudioError
├── Refused          this job can never be done: stop, refund
├── NotNow           nothing was started: ask again later
├── JobNotFound      Studio does not have this job: submit it
└── OutcomeUnknown   Studio may or may not have acted: ask about the same job id
CallbackRejected     a callback that Studio did not sign, or not lately
"""


class StudioError(Exception):
    """Base of every failed call to Studio."""


class Refused(StudioError):
    """Studio's answer says that this job can never be done, however often it is asked."""

    def __init__(
        self, code: str, message: str, stage: str | None = None, reasons: tuple[str, ...] = ()
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.stage = stage
        self.reasons = reasons


class NotNow(StudioError):
    """Studio did not take the request; the same one may be sent again.

    ``retry_after`` is in seconds, at most 300; ``None`` where Studio gave no usable figure.
    """

    def __init__(self, code: str, message: str, retry_after: float | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.retry_after = retry_after


class JobNotFound(StudioError):
    """Studio does not have the job that was asked about."""

    def __init__(self, job_id: str) -> None:
        super().__init__(f"Studio does not have job {job_id}")
        self.job_id = job_id


class OutcomeUnknown(StudioError):
    """The answer is missing or can't be trusted: neither success nor failure.

    ``retry_after`` is in seconds, at most 300, if somebody between us and Studio asked for that wait.
    """

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class CallbackRejected(Exception):
    """The callback is not Studio's, is outside the five-minute window, or can't be read."""
