import contextlib
import io
import json
import os
import signal
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, is_dataclass
from typing import Any

import requests
from django.core.management.base import BaseCommand, CommandError

from config.demo import farewell, login, places, screen, story
from config.demo.failure import DemoFailed
from config.embedded import folders, postgres, stack, valkey

FAILURES = (
    DemoFailed,
    requests.RequestException,
    stack.StackError,
    postgres.PostgresError,
    valkey.ValkeyError,
    folders.FolderError,
)
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Command(BaseCommand):
    help = "Show the main job from end to end: a background swap, and a refusal with its refund."
    # They would look at the settings of the default data folder, which the demo leaves alone.
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--port", type=int, default=0, help="Port on 127.0.0.1; 0 (default) takes a free one."
        )
        parser.add_argument(
            "--data", metavar="DIR", help="Where everything is kept (default: var/demo/data)."
        )

    def handle(self, *, port: int, **options: object) -> None:
        for number in SIGNALS:
            signal.signal(number, _interrupt)
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")
        try:
            _run(places.Places.chosen(), port)
        except FAILURES as error:
            raise CommandError(f"The demo failed. {error}") from error
        except KeyboardInterrupt:
            self.stderr.write("Interrupted; nothing is left running.")
            sys.exit(130)
        except BrokenPipeError:
            # Nobody reads on. Python would complain once more when it flushes at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)


def _interrupt(*_: object) -> None:
    for number in SIGNALS:
        # Every child is told by the kernel, so leaving is all it takes.
        signal.signal(number, lambda *_: os._exit(130))
    raise KeyboardInterrupt


def _run(where: places.Places, port: int) -> None:
    started = time.monotonic()
    shown = screen.Screen(sys.stdout)
    shown.title("Image workflow gateway", "One background swap and one refusal, for real, on this machine.")
    with contextlib.ExitStack() as opened:
        with shown.step("start", "Start PostgreSQL, Valkey, the API, a worker, the scheduler and a Studio"):
            running = opened.enter_context(stack.Stack(where.data, port))
            shown.line(running.url)
        # Only now is the folder ours: what another demo has left there stays until then.
        with _recorded(where) as record:
            record.update(url=running.url, timings=shown.seconds)
            pool = opened.enter_context(ThreadPoolExecutor(1))
            entry = pool.submit(login.made, running.url, running.environment, where.data)
            story.Story(running, where, shown, record).tell()
            admin = entry.result()
            with shown.step("stop", "Stop everything"):
                opened.close()
    shown.line(f"All in {time.monotonic() - started:.1f} s", screen.BOLD, screen.GREEN)
    farewell.show(shown, where, running.url, admin)


@contextlib.contextmanager
def _recorded(where: places.Places) -> Iterator[dict[str, Any]]:
    """What demo.json will hold, written at the end of the block, however it ends."""
    where.made.mkdir(parents=True, exist_ok=True)
    record: dict[str, Any] = {"ok": False}
    try:
        yield record
        record["ok"] = True
    except (*FAILURES, KeyboardInterrupt) as error:
        record["failure"] = str(error) or "interrupted"
        raise
    finally:
        text = json.dumps(record, indent=2, ensure_ascii=False, default=_plain)
        where.record.write_text(text + "\n", encoding="utf-8")


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"{value!r} has no place in demo.json")
