"""What is asked of Studio, and what it answers."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Literal

from studio_client._codes import TERMINAL_CODES

Status = Literal["NOT_STARTED", "IN_PROGRESS", "SUCCESS", "FAILURE"]
Fit = Literal["cover", "contain", "pad"]
Format = Literal["jpeg", "png", "webp", "avif"]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture Studio fetches by GET; ``url`` is usually signed and short-lived."""

    url: str
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Spec:
    """A backdrop in words and colours (``#rrggbb`` or CSS names); the same spec gives the same backdrop."""

    scene_type: str
    mood: str
    dominant_colors: tuple[str, ...] = ()
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """Size in pixels, format, quality 1..100, and the ``#rrggbb`` that fills what ``pad`` leaves empty."""

    width: int
    height: int
    fit: Fit
    format: Format
    quality: int = 90
    padding_color: str = "#ffffff"


@dataclass(frozen=True, slots=True)
class Options:
    """Which finishing steps to take, and which engine by name (``None``: Studio chooses)."""

    shadow: bool = True
    harmonise: bool = True
    light_wrap: bool = True
    engine: str | None = None


@dataclass(frozen=True, slots=True)
class Callback:
    """Where Studio reports a finished job, and the id of the secret it signs with."""

    url: str
    key_id: str


@dataclass(frozen=True, slots=True)
class Order:
    """One job for Studio under the gateway's own id, so that sending it twice is harmless.

    ``source_ref`` and ``background_ref`` name the pictures for good (storage keys or digests): the
    fingerprint uses them where the URLs would change at each try. ``put_url`` is where Studio uploads the
    result; without it Studio keeps the file. ``deadline`` must carry a time zone.

    ``rehearse`` names an outcome to be played. Such an order has no ``source``: a Studio that does not know
    rehearsals refuses it for that, and one that knows them but does not rehearse refuses it too.
    """

    job_id: str
    workflow: str
    source: Picture | None
    background: Picture | Spec
    output: Output
    options: Options
    put_url: str | None
    callback: Callback | None
    deadline: datetime
    metadata: dict[str, str] = field(default_factory=dict)
    source_ref: str = ""
    background_ref: str = ""
    rehearse: str | None = None

    def __post_init__(self) -> None:
        if self.deadline.tzinfo is None:
            raise ValueError("deadline needs a time zone")

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) over what is asked for; URLs, deadline, callback and labels are not part of it."""
        background = asdict(self.background) if isinstance(self.background, Spec) else self.background_ref
        asked = {
            "workflow": self.workflow,
            "source": self.source_ref,
            "background": background,
            "output": asdict(self.output),
            "options": asdict(self.options),
        }
        if self.rehearse is not None:
            asked["rehearse"] = self.rehearse
        canonical = json.dumps(asked, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A finished picture; ``bytes`` is its length, ``sha256`` its digest in hex."""

    url: str
    sha256: str
    bytes: int
    width: int
    height: int
    format: str


@dataclass(frozen=True, slots=True)
class JobError:
    """Why a Studio job failed; ``reasons`` are short words for people and programs."""

    code: str
    message: str
    retryable: bool
    stage: str | None = None
    reasons: tuple[str, ...] = ()
    retry_after_s: float | None = None

    @property
    def is_terminal(self) -> bool:
        """Whether asking again is useless: decided by the code, whatever ``retryable`` claims."""
        return self.code in TERMINAL_CODES


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What made the picture; ``weights_sha256`` only where the engine has weights."""

    name: str
    version: str
    weights_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class StudioJob:
    """A job as Studio sees it; ``version`` grows by one per change, ``progress`` runs from 0 to 1.

    ``timings`` are seconds per stage; ``confidence`` is 0..1 where the engine gave one.
    """

    job_id: str
    status: Status
    version: int
    progress: float = 0.0
    stage: str | None = None
    outputs: tuple[OutputFile, ...] = ()
    error: JobError | None = None
    confidence: float | None = None
    warnings: tuple[str, ...] = ()
    engine: EngineInfo | None = None
    timings: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JobPage:
    """A page of Studio's jobs, oldest first; ``next_cursor`` is ``None`` on the last one."""

    jobs: tuple[StudioJob, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What this Studio can do; ``limits`` are bytes, pixels or counts by name."""

    workflows: tuple[str, ...]
    formats: tuple[str, ...]
    engine: EngineInfo | None
    limits: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CallbackNotice:
    """What a verified callback says; only a reason to ask Studio, never the answer itself."""

    job_id: str
    version: int
    status: Status
