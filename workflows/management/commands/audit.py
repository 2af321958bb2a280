import json
import sys
from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, DjangoHelpFormatter

from workflows import audit
from workflows.audit import studio

BREACH, NOT_CHECKED = 1, 2
_DAY = timedelta(hours=24)
_DESCRIPTION = """\
Checks the book against its rules, in one snapshot of the database:

  R1  each balance is the sum of its entries, its seq their count
  R2  each job's entries match its state
  R3  what is in flight is what live jobs cost
  R4  the hash chain is whole and seq has no gap
  R5  charges less refunds are the costs of succeeded and unfinished jobs
  R6  (with --studio) every job that Studio lists is one of ours, and every
      success of ours is a success there; a success that came after our refund
      is no breach and is counted

Prints a JSON report, and on standard error a line for each breach. Exit code
0: all whole; 1: a breach; 2: no breach, but something could not be checked."""


class _Help(RawDescriptionHelpFormatter, DjangoHelpFormatter):
    """Keeps the lines of the description as they are."""


class Command(BaseCommand):
    help = _DESCRIPTION

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=_Help, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--incremental",
            action="store_true",
            help="Check only what is new since the last incremental audit that found all whole. Only the "
            "full audit sees an entry or job of before that somebody changed past the database's triggers.",
        )
        parser.add_argument("--studio", action="store_true", help="Check R6 too: ask Studio for its jobs.")
        parser.add_argument(
            "--since",
            type=_moment,
            metavar="TIME",
            help="R6 looks at jobs since this time: ISO 8601, UTC unless it says otherwise (default: 24 "
            "hours ago). Studio forgets a job seven days after its end.",
        )

    def handle(self, *, incremental: bool, studio: bool, since: datetime | None, **options: Any) -> None:
        if since and not studio:
            raise CommandError("--since needs --studio.", returncode=NOT_CHECKED)
        asked = _ask_studio(since) if studio else None
        book = _book(incremental=incremental)
        breaches = [*book.breaches, *(asked.breaches if asked else [])]
        not_checked = [f"R6 not checked: {reason}" for reason in asked.not_checked] if asked else []
        whole = not breaches and not not_checked
        report = {
            "ok": whole,
            "incremental": incremental,
            **asdict(book),
            "breaches": list(map(asdict, breaches)),
        }
        if asked:
            report["studio"] = {name: value for name, value in asdict(asked).items() if name != "breaches"}
        self.stdout.write(json.dumps(report, indent=2, default=datetime.isoformat))
        for line in (*(f"{one.rule} {one.subject}: {one.found}" for one in breaches), *not_checked):
            self.stderr.write(_printable(line))
        if not whole:
            sys.exit(BREACH if breaches else NOT_CHECKED)


def _book(*, incremental: bool) -> audit.Report:
    if not incremental:
        return audit.audit()
    try:
        return audit.incremental()
    except audit.AlreadyRunning as error:
        raise CommandError("Another incremental audit is at work.", returncode=NOT_CHECKED) from error


def _ask_studio(since: datetime | None) -> studio.StudioReport:
    return studio.check(since or datetime.now(UTC) - _DAY)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no time such as 2026-11-22T15:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _printable(line: str) -> str:
    """Studio's words may hold what a terminal would obey."""
    return "".join(character if character.isprintable() else "?" for character in line)
