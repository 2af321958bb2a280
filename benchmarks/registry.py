"""Every module in `benchmarks/cases` is a benchmark; putting a file there is all it takes."""

import importlib
import pkgutil

from benchmarks import cases
from benchmarks.frame import Benchmark


def benchmarks() -> dict[str, Benchmark]:
    """All of them by name, in alphabetical order."""
    return {
        name: _load(name) for name in sorted(found.name for found in pkgutil.iter_modules(cases.__path__))
    }


def _load(name: str) -> Benchmark:
    module = importlib.import_module(f"{cases.__name__}.{name}")
    about = " ".join((module.__doc__ or "").split("\n\n")[0].split())
    return Benchmark(name, about, module.SIZE, module.COUNTS, module.PASSES, module.run)
