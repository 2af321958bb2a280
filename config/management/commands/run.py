import os
import signal
import threading
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from config.embedded import folders, postgres, stack, valkey


class Command(BaseCommand):
    help = "Serve the gateway here until Ctrl-C, with every server that the environment does not name."

    # The processes check the environment that they get; this one's is not complete yet.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="Port on 127.0.0.1; 0 takes a free one.")
        parser.add_argument("--data", metavar="DIR", help="Where everything is kept (default: var/data).")

    def handle(self, *, port: int, **options: object) -> None:
        # Set, not assumed: a shell that starts a command in the background has it ignore SIGINT.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler)
        if not 0 <= port <= 65535:
            raise CommandError("--port takes a number from 0 to 65535; 0 takes a free one.")
        try:
            self._serve(port)
        except (stack.StackError, postgres.PostgresError, valkey.ValkeyError, folders.FolderError) as error:
            raise CommandError(str(error)) from error

    def _serve(self, port: int) -> None:
        chosen = folders.Folders.chosen()
        self.stderr.write(f"Starting on {chosen.data}; the first time takes some 20 seconds.")
        try:
            with stack.Stack(chosen.data, port) as running:
                self.stdout.write(f"Ready: {running.url}")
                self.stdout.flush()
                self.stderr.write(
                    f"Docs {running.url}/v1/docs, admin {running.url}/admin/, logs {chosen.logs}"
                )
                self._wait()
                self.stderr.write("Ending; Ctrl-C again to end at once.")
        except KeyboardInterrupt:
            self.stderr.write("Ended before it was ready.")

    def _wait(self) -> None:
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            for number in (signal.SIGINT, signal.SIGTERM):
                # Every child is told by the kernel, so leaving is all it takes.
                signal.signal(number, lambda *_: os._exit(130))
