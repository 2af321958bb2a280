"""The protocol's error codes, and which of them are final."""

from dataclasses import asdict, dataclass

TERMINAL = frozenset(
    {
        "animated_not_supported",
        "background_not_found",
        "cancelled",
        "deadline_exceeded",
        "engine_unavailable",
        "image_corrupt",
        "image_too_large",
        "invalid_preset",
        "invalid_spec",
        "no_subject",
        "sha256_mismatch",
        "source_forbidden",
        "source_not_found",
        "subject_fills_frame",
        "subject_not_separable",
        "too_heavy",
        "too_many_pixels",
        "unknown_workflow",
        "unsupported_format",
    }
)
ONCE = frozenset({"engine_timeout", "out_of_memory"})
"""Worth one more try; the second time the job is ``too_heavy``."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job failed. ``retry_after_s`` is a hint in seconds."""

    code: str
    message: str
    stage: str | None = None
    reasons: tuple[str, ...] = ()
    retry_after_s: float | None = None

    @property
    def retryable(self) -> bool:
        return self.code not in TERMINAL

    def body(self) -> dict[str, object]:
        """As it stands on the wire and in the journal."""
        body = asdict(self) | {"retryable": self.retryable}
        if self.retry_after_s is None:
            del body["retry_after_s"]
        return body


class Failed(Exception):
    """Ends the work on a job with a :class:`Failure`."""

    def __init__(
        self, code: str, message: str, stage: str | None = None, reasons: tuple[str, ...] = ()
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.failure = Failure(code, message, stage, reasons)
