import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from workflows import scheduler


class Command(BaseCommand):
    help = "Rings Celery for due jobs and ends those past their deadline, until stopped. Several may run."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        scheduler.run(stop)
