"""The child process that makes pictures: one task per line in, stages and one end per task out.

It has a process to itself because a hostile picture may crash or swell the decoder: the parent limits its
memory and time, and starts another when it dies.
"""

import json
import logging
import os
import queue
import resource
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

import cv2

from studio_client.reference import engine
from studio_client.reference.generator import generate

_CV_NO_MEMORY = -4

log = logging.getLogger(__name__)

Say = Callable[[dict[str, object]], None]


def main() -> None:
    """Serve tasks until standard input ends, which it does when the parent is gone."""
    limit = int(sys.argv[1]) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    say = _voice()
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, lines), daemon=True).start()
    say({"ready": {"name": engine.NAME, "version": engine.VERSION, "weights_sha256": None}})
    while True:
        say(_answer(json.loads(lines.get()), say))


def _voice() -> Say:
    """Writes lines to the parent; whatever a library prints goes to standard error instead."""
    parent = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def say(message: dict[str, object]) -> None:
        parent.write(json.dumps(message).encode() + b"\n")
        parent.flush()

    return say


def _listen(stdin: BinaryIO, lines: "queue.SimpleQueue[bytes]") -> None:
    for line in stdin:
        lines.put(line)
    # Nobody is left to draw for, and the main thread may be deep inside native code.
    os._exit(0)


def _answer(task: dict[str, Any], say: Say) -> dict[str, object]:
    stage = "engine"

    def on_stage(name: str, share: float) -> None:
        nonlocal stage
        stage = name
        say({"stage": name, "share": share})

    try:
        return {"result": asdict(_draw(task, on_stage))}
    except engine.EngineFailure as failure:
        return _failure(failure.code, failure.message, failure.stage, failure.reasons)
    except MemoryError:
        return _failure("out_of_memory", "the picture needs more memory than a job may have", stage)
    except Exception as error:
        if isinstance(error, cv2.error) and error.code == _CV_NO_MEMORY:
            return _failure("out_of_memory", "the picture needs more memory than a job may have", stage)
        log.exception("the engine failed in a way nobody foresaw")
        return _failure("internal", "the engine failed; the cause is in Studio's log", stage)


def _failure(code: str, message: str, stage: str, reasons: tuple[str, ...] = ()) -> dict[str, object]:
    return {"failure": {"code": code, "message": message, "stage": stage, "reasons": list(reasons)}}


def _draw(task: dict[str, Any], on_stage: Callable[[str, float], None]) -> engine.Result:
    output = engine.Output(**task["output"])
    destination = Path(task["destination"])
    if task["source"] is None:
        return generate(_spec(task["spec"]), output, destination, on_stage)
    background = _spec(task["spec"]) if task["spec"] else Path(task["background"])
    options = engine.Options(**task["options"])
    return engine.swap(engine.Task(Path(task["source"]), background, output, options, destination), on_stage)


def _spec(fields: dict[str, Any]) -> engine.Spec:
    return engine.Spec(**(fields | {"dominant_colors": tuple(fields["dominant_colors"])}))


if __name__ == "__main__":
    main()
