import contextlib
import json
import os
import signal
import sys
import time
from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, is_dataclass
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.demo import farewell, login, places, screen, story
from config.demo.failure import DemoFailed
from config.embedded import folders, postgres, stack, valkey

FAILURES = (DemoFailed, stack.StackError, postgres.PostgresError, valkey.ValkeyError, folders.FolderError)


class Command(BaseCommand):
    help = "Show the main job from end to end: a background swap, and a refusal with its refund."
    # The demo's own database is not up yet when Django would look.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=0, help="Port on 127.0.0.1; 0 (default) takes a free one.")
        parser.add_argument("--data", metavar="DIR", help="Where everything is kept (default: var/demo/data).")

    def handle(self, *, port: int, **options: object) -> None:
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.default_int_handler)
        where = places.Places.chosen()
        where.made.mkdir(parents=True, exist_ok=True)
        record: dict[str, Any] = {"ok": False}
        try:
            _run(where, port, record)
        except FAILURES as error:
            record["failure"] = str(error)
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            record["failure"] = "interrupted"
            self.stderr.write("Interrupted; nothing is left running.")
            sys.exit(130)
        finally:
            where.record.write_text(json.dumps(record, indent=2, ensure_ascii=False, default=_plain) + "\n")


def _run(where: places.Places, port: int, record: dict[str, Any]) -> None:
    started = time.monotonic()
    shown = screen.Screen(sys.stdout)
    record["seconds"] = shown.seconds
    shown.title("Image workflow gateway", "One background swap and one refusal, for real, on this machine.")
    with contextlib.ExitStack() as open_things:
        with shown.step("start", "Start PostgreSQL, Valkey, the API, a worker, the scheduler and a Studio"):
            running = open_things.enter_context(stack.Stack(where.data, port, where.given()))
            shown.line(running.url)
        pool = open_things.enter_context(ThreadPoolExecutor(1))
        entry = pool.submit(login.made, running.url, running.environment, where.data)
        story.Story(running, where, shown, record).tell()
        opened = entry.result()
        with shown.step("stop", "Stop everything"):
            open_things.close()
    shown.line(f"All in {time.monotonic() - started:.1f} s.")
    farewell.show(shown, where, running.url, opened)
    record["ok"] = True


def _plain(value: object) -> object:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else os.fspath(value)
