"""Makes a backdrop by itself: what ``background-generator`` asks for."""

import time
from pathlib import Path

from studio_client.reference import backdrops, engine
from studio_client.reference.engine import encode


def generate(
    spec: engine.Spec, output: engine.Output, destination: Path, on_stage: engine.OnStage
) -> engine.Result:
    """Writes the backdrop in the output's size and format; raises ``EngineFailure``."""
    engine.check_output(output)
    began = time.perf_counter()
    on_stage("background", 0.0)
    backdrop = backdrops.generate(spec, output.width, output.height)
    painted = time.perf_counter()
    on_stage("encode", 0.8)
    sha256, size = encode.write(backdrop, output, destination)
    timings = {"background": painted - began, "encode": time.perf_counter() - painted}
    return engine.Result(sha256, size, output.width, output.height, output.format, 1.0, "ok", (), (), timings)
