import os
import sys
from typing import NoReturn

from django.core.management.base import BaseCommand

from config.embedded.bootstrap import ROOT

CORES = "2"


class Command(BaseCommand):
    help = "Run the tests; arguments are pytest's. Some folders run only when named: see tests/conftest.py."

    def run_from_argv(self, argv: list[str]) -> NoReturn:
        """Become pytest, which reads its arguments itself."""
        arguments = argv[2:]
        parallel = [] if _says_how(arguments) else ["-n", CORES]
        os.chdir(ROOT)
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, "-m", "pytest", *parallel, *arguments])

    def handle(self, *args: object, **options: object) -> None:
        self.run_from_argv(["manage.py", "test", *map(str, args)])


def _says_how(arguments: list[str]) -> bool:
    """Whether the number of processes is chosen, or one is needed (a debugger, a look at the collection)."""
    alone = {"--pdb", "--trace", "--collect-only", "--co", "-s", "--help", "-h", "--version"}
    return any(argument in alone or argument.startswith(("-n", "--numprocesses")) for argument in arguments)
