"""The whole of it: open, cut, refine, place, light, write."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
from PIL import ImageColor

from studio_client.reference import backdrops
from studio_client.reference.pixels import Array

from . import confidence, cut, encode, light, load, matte, place
from .confidence import Judgement
from .cut import Cut
from .load import Picture
from .matte import Matte
from .task import FITS, FORMATS, EngineFailure, OnStage, Output, Result, Spec, Task

NAME = "classic"
VERSION = "1"
LEAST_SIDE, LARGEST_SIDE = 16, 8192
# Working at more than this many times the output's size costs time that nobody sees.
OVERSAMPLING = 1.6
LEAST_WORKING_SIDE = 900
SHARES = {"load": 0.0, "background": 0.1, "segment": 0.2, "matte": 0.5, "compose": 0.75, "encode": 0.9}


class _Clock:
    """Tells the caller which stage begins and keeps how long each took."""

    def __init__(self, on_stage: OnStage) -> None:
        self.on_stage = on_stage
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self.on_stage(name, SHARES[name])
        began = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - began


def swap(task: Task, on_stage: OnStage) -> Result:
    """Puts the subject of `task.source` on the background; `task.destination` is complete when this returns.

    Raises EngineFailure with one of the protocol's terminal codes, and nothing is written.
    """
    cv2.setNumThreads(1)
    cv2.setRNGSeed(1)
    clock = _Clock(on_stage)
    output, options = task.output, task.options
    check_output(output)
    if options.engine not in (None, NAME):
        raise EngineFailure("engine_unavailable", f"There is no engine {options.engine!r} here", "load")
    with clock.stage("load"):
        source = load.picture(task.source, "load", _working_side(output))
    with clock.stage("background"):
        area, background = _background(task.background, output)
    with clock.stage("segment"):
        found = None if source.alpha is not None else cut.cut(source.rgb)
        judgement = Judgement(1.0, ()) if found is None else confidence.judge(found)
    with clock.stage("matte"):
        soft = _matte(source, found)
        judgement = confidence.settle(judgement, soft.certainty)
    with clock.stage("compose"):
        placed = place.subject(soft, area.width, area.height)
        composed, applied = light.compose(placed, background, options)
        framed = place.framed(composed, area, output)
    with clock.stage("encode"):
        sha256, size = encode.write(framed, output, task.destination)
    on_stage("done", 1.0)
    return Result(
        sha256=sha256,
        bytes=size,
        width=output.width,
        height=output.height,
        format=output.format,
        confidence=judgement.score,
        verdict=confidence.verdict(judgement.score),
        warnings=judgement.reasons + _warnings(source, placed),
        applied=applied,
        timings=clock.seconds,
    )


def check_output(output: Output) -> None:
    """Raises EngineFailure invalid_preset for a picture that can't be written."""
    wrong = []
    if not all(LEAST_SIDE <= side <= LARGEST_SIDE for side in (output.width, output.height)):
        wrong.append(f"size {output.width} × {output.height}")
    if output.fit not in FITS:
        wrong.append(f"fit {output.fit!r}")
    if output.format not in FORMATS:
        wrong.append(f"format {output.format!r}")
    if not 1 <= output.quality <= 100:
        wrong.append(f"quality {output.quality}")
    try:
        ImageColor.getrgb(output.padding_color)
    except ValueError:
        wrong.append(f"padding_color {output.padding_color!r}")
    if wrong:
        raise EngineFailure("invalid_preset", "Can't write " + ", ".join(wrong), "load", tuple(wrong))


def _working_side(output: Output) -> int:
    return max(LEAST_WORKING_SIDE, round(OVERSAMPLING * max(output.width, output.height)))


def _background(background: Path | Spec, output: Output) -> tuple[place.Area, Array]:
    if isinstance(background, Spec):
        area = place.Area(0, 0, output.width, output.height)
        try:
            return area, backdrops.generate(background, output.width, output.height)
        except backdrops.InvalidSpec as wrong:
            raise EngineFailure("invalid_spec", str(wrong), "background") from wrong
    longest = round(2.0 * max(output.width, output.height))
    picture = load.picture(background, "background", longest).rgb
    area = place.shown_area(output, picture.shape[1], picture.shape[0])
    return area, place.background(picture, area)


def _matte(source: Picture, found: Cut | None) -> Matte:
    if found is not None:
        return matte.refine(source.rgb, found)
    alpha = source.alpha
    if alpha is None or float((alpha > place.VISIBLE).mean()) < confidence.LEAST_AREA:
        raise EngineFailure(
            "no_subject", "The picture is empty: all of it is transparent", "segment", ("transparent",)
        )
    return matte.given(source.rgb, alpha)


def _warnings(source: Picture, placed: place.Placed) -> tuple[str, ...]:
    found = []
    if placed.enlarged > 2.0:
        found.append("source_too_small_for_preset")
    if source.icc_converted:
        found.append("colour_profile_converted")
    return tuple(found)
