import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config.celery import app
from workflows import scheduler
from workflows.audit import watch


class Command(BaseCommand):
    help = (
        "Rings Celery for due jobs and ends those past their deadline, until stopped, and audits again and "
        "again what is new in the book. Several may run."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        # What is rung without an app would go to Celery's default broker.
        app.set_default()
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        if (every := settings.AUDIT_EVERY.total_seconds()) > 0:
            # In a thread of its own, which may be cut off at any time: ticks and the end don't wait for it.
            threading.Thread(target=watch.watch, args=(stop, every), name="audit", daemon=True).start()
        scheduler.run(stop)
