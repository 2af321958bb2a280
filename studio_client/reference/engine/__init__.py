"""The picture engine: cuts the subject out of a photograph and puts it on another background.

Classical image processing, no trained weights. Pure functions on files: no network, no state, safe to run
in a spawned process. The same task gives the same bytes.
"""

from .swap import NAME, VERSION, check_output, swap
from .task import EngineFailure, OnStage, Options, Output, Result, Spec, Task

__all__ = [
    "NAME",
    "VERSION",
    "EngineFailure",
    "OnStage",
    "Options",
    "Output",
    "Result",
    "Spec",
    "Task",
    "check_output",
    "swap",
]
