import os
import sys
from typing import NoReturn

from django.core.management.base import BaseCommand

from config.embedded.bootstrap import ROOT


class Command(BaseCommand):
    help = "Run the gateway in a storm of kills and faults, from a seed, and audit it; see `chaos --help`."

    def run_from_argv(self, argv: list[str]) -> NoReturn:
        """Become the program in `tests/chaos`, which reads its arguments itself."""
        os.chdir(ROOT)
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, "-m", "tests.chaos", *argv[2:]])

    def handle(self, *args: object, **options: object) -> None:
        self.run_from_argv(["manage.py", "chaos", *map(str, args)])
