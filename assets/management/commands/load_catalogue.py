from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assets import catalogue, storage


class Command(BaseCommand):
    help = "Put the shared backgrounds and output presets into the database and the storage in use."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--folder", type=Path, default=catalogue.FOLDER, help="Where catalogue.json and its pictures are."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # What it reports are no errors: not in red.
        self.stderr.style_func = None
        try:
            backgrounds, presets = catalogue.load(options["folder"], self.stderr.write)
        except (catalogue.CatalogueError, storage.Unavailable) as error:
            raise CommandError(str(error)) from error
        self.stderr.write(f"{backgrounds} backgrounds and {presets} output presets are new or changed.")
