"""Figures for Prometheus, in its text format."""

from collections import Counter
from collections.abc import Iterator, Mapping

from studio_client.reference.studio import Studio


def text(studio: Studio) -> str:
    return "\n".join(_lines(studio)) + "\n"


def _lines(studio: Studio) -> Iterator[str]:
    live: Counter[str] = Counter(job.status for job in studio.board.live())
    yield from _family("studio_jobs_live", "gauge", "Unfinished jobs", "status", live)
    yield from _family("studio_jobs_ended_total", "counter", "Ended jobs", "code", studio.board.ended)
    yield from _family("studio_callbacks_total", "counter", "Callbacks", "outcome", studio.callbacks.counts)
    yield "# TYPE studio_engine_starts_total counter"
    yield f"studio_engine_starts_total {sum(engine.starts for engine in studio.engines)}"
    yield "# TYPE studio_ready gauge"
    yield f"studio_ready {int(studio.warm and not studio.draining)}"


def _family(name: str, kind: str, meaning: str, label: str, counts: Mapping[str, int]) -> Iterator[str]:
    yield f"# HELP {name} {meaning} by {label}."
    yield f"# TYPE {name} {kind}"
    for value, count in sorted(counts.items()):
        yield f'{name}{{{label}="{value}"}} {count}'
