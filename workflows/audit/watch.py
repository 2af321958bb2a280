"""The incremental audit as a watchman: again and again beside the scheduler, in a thread of its own."""

import threading
import time

import structlog
from django.db import DatabaseError, connection

from workflows.audit import book

log = structlog.get_logger(__name__)

_TOLD_AT_MOST = 20


def watch(stop: threading.Event, every: float) -> None:
    """Audits every so many seconds until stopped, and logs each breach as an error."""
    while not stop.wait(every):
        try:
            _look()
        except book.AlreadyRunning:
            log.info("audit_runs_elsewhere")
        except DatabaseError as error:
            log.warning("audit_without_database", error=str(error))
            connection.close()
        except Exception:
            log.exception("audit_failed")


def _look() -> None:
    began = time.monotonic()
    report = book.incremental()
    for breach in report.breaches[:_TOLD_AT_MOST]:
        log.error("audit_breach", rule=breach.rule, subject=breach.subject, found=breach.found)
    log.info(
        "audited",
        entries=report.entries,
        jobs=report.jobs,
        breaches=len(report.breaches),
        seconds=round(time.monotonic() - began, 3),
    )
