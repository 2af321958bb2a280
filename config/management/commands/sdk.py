import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import TypeVar

from django.core.management.base import BaseCommand, CommandError

from config import sdks

_Made = TypeVar("_Made")


class Command(BaseCommand):
    help = (
        "Generate the SDKs for Python and TypeScript anew from config/openapi.yaml. "
        "Installs what that takes; needs Node and npm. What was written by hand stays as it is."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="Change nothing; fail where the code in sdks/ is not current.",
        )

    def handle(self, *, check: bool, **options: object) -> None:
        try:
            self._step("Install the TypeScript generator", sdks.install_typescript)
            if check:
                self._check()
            else:
                for sdk in sdks.ALL:
                    self._step(f"Generate {sdk.name} into {sdks.shown(sdk.generated)}", sdk.renew)
        except sdks.SdkError as error:
            raise CommandError(str(error)) from error

    def _check(self) -> None:
        stale = [
            f"{sdks.shown(sdk.generated)}/{name}"
            for sdk in sdks.ALL
            for name in self._step(f"Compare {sdk.name}", sdk.differences)
        ]
        if stale:
            raise CommandError("Not current, run `python3 manage.py sdk`: " + ", ".join(stale))

    def _step(self, text: str, work: Callable[[], _Made]) -> _Made:
        began = time.monotonic()
        self.stdout.write(f"{text} … ", ending="")
        self.stdout.flush()
        made = work()
        self.stdout.write(f"{time.monotonic() - began:.1f} s")
        return made
