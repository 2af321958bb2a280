"""A job in Studio's memory, on the wire and in the journal."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from studio_client.reference.codes import Failure
from studio_client.reference.orders import Order

Status = Literal["NOT_STARTED", "IN_PROGRESS", "SUCCESS", "FAILURE"]


@dataclass(frozen=True, slots=True)
class Made:
    """What the engine made of a job, as the manifest shows it."""

    outputs: list[dict[str, object]]
    confidence: float | None
    warnings: list[str]
    engine: dict[str, object] | None
    applied: list[str]
    timings: dict[str, float]


@dataclass(slots=True)
class Job:
    """``request`` is the newest accepted body, ``order`` the same checked.

    ``spent`` holds the codes that had their one more try.

    ``version`` grows by one with each change that a caller can see.
    """

    job_id: str
    request: dict[str, Any]
    order: Order
    status: Status = "NOT_STARTED"
    version: int = 1
    progress: float = 0.0
    stage: str | None = "queued"
    made: Made | None = None
    failure: Failure | None = None
    spent: set[str] = field(default_factory=set)
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def live(self) -> bool:
        return self.status in ("NOT_STARTED", "IN_PROGRESS")

    def body(self) -> dict[str, object]:
        """The job as every route answers it."""
        made = self.made or Made([], None, [], None, [], {})
        return {
            "job_id": self.job_id,
            "fingerprint": self.order.fingerprint,
            "workflow": self.order.workflow,
            "status": self.status,
            "version": self.version,
            "progress": round(self.progress, 3),
            "stage": self.stage,
            "outputs": made.outputs,
            "error": None if self.failure is None else self.failure.body(),
            "confidence": made.confidence,
            "warnings": made.warnings,
            "engine": made.engine,
            "applied": made.applied,
            "timings": made.timings,
            "metadata": dict(self.order.metadata),
            "created_at": self.created_at.isoformat(),
            "updated_at": self.updated_at.isoformat(),
        }
