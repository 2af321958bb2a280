import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from workflows import audit


class Command(BaseCommand):
    help = "Checks the rules R1 to R5 of the book; prints a JSON report and exits with 1 on any breach."

    def handle(self, *args: Any, **options: Any) -> None:
        report = audit.audit()
        self.stdout.write(json.dumps({"ok": not report.breaches, **asdict(report)}, indent=2))
        if report.breaches:
            sys.exit(1)
