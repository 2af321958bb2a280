"""What the engine is asked and what it answers. Everything here can be pickled: the engine runs in a
process pool.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from studio_client.reference.backdrops import Spec

OnStage = Callable[[str, float], None]
"""Told the name of the stage that begins and the share of the work that is done, 0 to 1."""

__all__ = ["FITS", "FORMATS", "EngineFailure", "OnStage", "Options", "Output", "Result", "Spec", "Task"]

FITS = ("cover", "contain", "pad")
FORMATS = ("jpeg", "png", "webp", "avif")


@dataclass(frozen=True)
class Output:
    """The picture to write. Sizes in pixels, `quality` 1 to 100, `padding_color` as `#rrggbb`.

    `cover`: the background fills the frame and is cropped. `contain` and `pad`: the whole background is
    shown, as large as it fits, in the middle of a frame of `padding_color`; `contain` never enlarges the
    background beyond its own pixels, `pad` does.
    """

    width: int
    height: int
    fit: str
    format: str
    quality: int
    padding_color: str


@dataclass(frozen=True)
class Options:
    """What may be done beyond cutting and pasting. `engine` asks for one by name; None takes whichever
    runs.
    """

    shadow: bool = True
    harmonise: bool = True
    light_wrap: bool = True
    engine: str | None = None


@dataclass(frozen=True)
class Task:
    """One swap: the subject of `source` on `background`, written to `destination`."""

    source: Path
    background: Path | Spec
    output: Output
    options: Options
    destination: Path


@dataclass(frozen=True)
class Result:
    """What was written. `confidence` is 0 to 1, `verdict` is `ok` or `low_confidence`, `timings` are
    seconds.
    """

    sha256: str
    bytes: int
    width: int
    height: int
    format: str
    confidence: float
    verdict: str
    warnings: tuple[str, ...]
    applied: tuple[str, ...]
    timings: dict[str, float]


class EngineFailure(Exception):
    """The task can't be done, and trying again won't help. `code` is one of the protocol's terminal codes."""

    def __init__(self, code: str, message: str, stage: str, reasons: tuple[str, ...] = ()) -> None:
        # All four go to Exception's args, or unpickling in the parent process would fail.
        super().__init__(code, message, stage, reasons)
        self.code = code
        self.message = message
        self.stage = stage
        self.reasons = reasons

    def __str__(self) -> str:
        return f"{self.code} in {self.stage}: {self.message}"
