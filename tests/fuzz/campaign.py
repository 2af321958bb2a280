"""Requests that schemathesis makes up from the API's own document, and all that came back otherwise."""

import collections
import functools
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from schemathesis import engine
from schemathesis.engine import events

from tests.fuzz import checks, granting
from tests.fuzz.conftest import Shop

DOCUMENT = "/v1/openapi.json"


@dataclass
class Report:
    """What campaigns sent, what they got, and what was wrong with it."""

    cases: collections.Counter[str] = field(default_factory=collections.Counter)
    operations: set[str] = field(default_factory=set)
    statuses: collections.Counter[int] = field(default_factory=collections.Counter)
    # From the answer of one operation to the next.
    steps: collections.Counter[str] = field(default_factory=collections.Counter)
    # What is wrong → the first request that showed it.
    failures: dict[str, str] = field(default_factory=dict)

    def hear(self, event: events.EngineEvent) -> None:
        if isinstance(event, events.ScenarioFinished):
            self._count(event)
            self._blame(event)
        elif isinstance(event, events.NonFatalError):
            self.failures[f"{event.label}: {event.value}"] = event.info.format()
        elif isinstance(event, events.FatalError):
            raise event.exception

    def _count(self, event: events.ScenarioFinished) -> None:
        self.cases[event.phase.value] += len(event.recorder.interactions)
        for interaction in event.recorder.interactions.values():
            if interaction.response is not None:
                self.statuses[interaction.response.status_code] += 1
        for node in event.recorder.cases.values():
            self.operations.add(node.value.operation.label)
            if node.transition is not None and node.is_transition_applied:
                self.steps[node.transition.id] += 1

    def _blame(self, event: events.ScenarioFinished) -> None:
        for nodes in event.recorder.checks.values():
            for node in nodes:
                if node.failure_info is not None:
                    failure = node.failure_info.failure
                    what = f"{failure.operation}: {node.name}: {failure.message}"
                    self.failures.setdefault(what, node.failure_info.code_sample)

    def __str__(self) -> str:
        counted = (
            f"{self.cases.total()} cases {dict(self.cases)}; answers {dict(sorted(self.statuses.items()))}"
        )
        steps = (f"{number} × {step}" for step, number in self.steps.most_common())
        blamed = (f"FAILURE {what}\n    {sample}" for what, sample in self.failures.items())
        return "\n".join([counted, *steps, *blamed])


def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The gateway; each case is answered on a thread that may be gone before the next."""
    answer = _gateway()(environ, start_response)
    try:
        return list(answer)
    finally:
        answer.close()
        connections.close_all()


@functools.cache
def _gateway() -> WSGIHandler:
    return get_wsgi_application()


def run(shop: Shop, report: Report, *, examples: int, seed: int) -> None:
    """All phases of schemathesis on every operation: fixed cases, `examples` made-up ones each, and walks."""
    config = configuration(shop, examples, seed)
    schema = schemathesis.openapi.from_wsgi(DOCUMENT, application, config=config)
    with granting.granting(shop):
        for event in engine.from_schema(schema).execute():
            report.hear(event)


def configuration(shop: Shop, examples: int, seed: int) -> schemathesis.Config:
    return schemathesis.Config.from_dict(
        {
            "seed": seed,
            "continue-on-failure": True,
            "auth": {"openapi": {"bearer": {"bearer": shop.world.owner.key}}},
            # NUL is refused everywhere, which no schema can say in a pattern that people could read.
            "generation": {"max-examples": examples, "database": "none", "allow-x00": False},
            "phases": {"stateful": {"generation": {"max-examples": 4 * examples}}},
            "output": {"sanitization": {"enabled": False}},
            "checks": checks.CONFIGURATION,
            "operations": checks.OF_OPERATIONS,
            "dictionaries": {name: {"values": values} for name, values in shop.known.items()},
            "parameters": {name: {"dictionary": name, "probability": 0.9} for name in shop.known},
        }
    )
