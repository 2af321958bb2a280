import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from config.celery import app
from workflows import scheduler


class Command(BaseCommand):
    help = "Rings Celery for due jobs and ends those past their deadline, until stopped. Several may run."

    def handle(self, *args: Any, **options: Any) -> None:
        # What is rung without an app would go to Celery's default broker.
        app.set_default()
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        scheduler.run(stop)
