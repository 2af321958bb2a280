import os
import sys
from typing import NoReturn

from django.core.management.base import BaseCommand

from config.embedded.bootstrap import ROOT


class Command(BaseCommand):
    help = "Measure the gateway beside a baseline of the same minute; see `bench --help`."

    def run_from_argv(self, argv: list[str]) -> NoReturn:
        """Become the program in `benchmarks`, which reads its arguments itself."""
        os.chdir(ROOT)
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, "-m", "benchmarks", *argv[2:]])

    def handle(self, *args: object, **options: object) -> None:
        self.run_from_argv(["manage.py", "bench", *map(str, args)])
