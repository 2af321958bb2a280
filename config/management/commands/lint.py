import time
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from config.lint import checks, openapi, production, programs, sizes


class Command(BaseCommand):
    help = "Run every check of the sources: form, types, layers, migrations, deployment, API description."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fix", action="store_true", help="First mend what can be mended by itself.")

    def handle(self, *, fix: bool, **options: object) -> None:
        began = time.monotonic()
        with production.environment() as environment:
            if fix:
                self._fix(environment)
            failed = [check.name for check in checks.ALL if not self._passes(check, environment)]
        self.stdout.write(sizes.summary())
        took = f"{time.monotonic() - began:.1f} s"
        if failed:
            raise CommandError(
                f"{len(failed)} of {len(checks.ALL)} checks failed in {took}: {', '.join(failed)}."
            )
        self.stdout.write(f"{len(checks.ALL)} checks passed in {took}.")

    def _fix(self, environment: dict[str, str]) -> None:
        """What is left is said by the checks themselves."""
        programs.module("ruff", "check", "--quiet", "--fix", ".")
        programs.module("ruff", "format", "--quiet", ".")
        openapi.rewrite(environment)

    def _passes(self, check: checks.Check, environment: dict[str, str]) -> bool:
        began = time.monotonic()
        problems = check.run(environment)
        word = "failed" if problems else "ok"
        self.stdout.write(f"{check.name:<24} {word:<6} {time.monotonic() - began:6.1f} s")
        for problem in problems:
            self.stdout.write(f"    {problem}")
        self.stdout.flush()
        return not problems
