"""Shorthand for asking the engine: pictures written to files, tasks with usual values."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from studio_client.reference import engine
from studio_client.reference.pixels import Array

SKY = engine.Spec("gradient", "bright", ("#88aadd",))


def save(picture: Array | Image.Image, path: Path, **how: Any) -> Path:
    """Writes `picture` in the format of the path's ending."""
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    image.save(path, **how)
    return path


def output(**changes: Any) -> engine.Output:
    usual: dict[str, Any] = {
        "width": 240,
        "height": 240,
        "fit": "cover",
        "format": "png",
        "quality": 88,
        "padding_color": "#ffffff",
    }
    return engine.Output(**(usual | changes))


def swap(
    source: Path,
    background: Path | engine.Spec = SKY,
    options: engine.Options | None = None,
    on_stage: Callable[[str, float], None] = lambda stage, share: None,
    **changes: Any,
) -> tuple[engine.Result, Array]:
    """Runs the engine; returns its result and the written picture, or lets EngineFailure through."""
    wanted = output(**changes)
    destination = source.parent / f"result.{wanted.format}"
    task = engine.Task(source, background, wanted, options or engine.Options(), destination)
    result = engine.swap(task, on_stage)
    with Image.open(destination) as picture:
        return result, np.asarray(picture.convert("RGB"))


def refusal(source: Path, background: Path | engine.Spec = SKY, **changes: Any) -> engine.EngineFailure:
    """The failure that the engine must end with."""
    with pytest.raises(engine.EngineFailure) as caught:
        swap(source, background, **changes)
    assert not (source.parent / f"result.{output(**changes).format}").exists()
    return caught.value


def sticker(path: Path, colour: tuple[int, int, int] = (200, 30, 40)) -> Path:
    """A transparent PNG with a disc in the middle: a subject that needs no cutting out."""
    y, x = np.mgrid[-1:1:200j, -1:1:200j]
    alpha = np.where(x * x + y * y < 0.4, 255, 0).astype(np.uint8)
    rgba = np.dstack([np.full((200, 200), value, np.uint8) for value in colour] + [alpha])
    return save(rgba, path)
