"""The workflows that clients can ask for, one file each; a new file here is a new `POST /v1/{name}`."""

import importlib
import pkgutil

from workflows.definitions.base import Workflow


def _discover() -> dict[str, Workflow]:
    found = {}
    for module in pkgutil.iter_modules(__path__):
        workflow = getattr(importlib.import_module(f"{__name__}.{module.name}"), "WORKFLOW", None)
        if workflow is not None:
            found[workflow.name] = workflow
    return found


ALL: dict[str, Workflow] = _discover()
