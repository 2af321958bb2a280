"""Migrations that would lock a table for long, or lose what the running release still needs.

A program of its own, since it needs Django set up for production: `python -m config.lint.migrations`.
"""

import sys
from pathlib import Path

import django
from django.apps import apps
from django_migration_linter import MigrationLinter

from config.embedded.bootstrap import ROOT

# They come before the first row: an index or a NOT NULL on an empty table holds nobody up.
_ON_EMPTY_TABLES = ("0002_request_logs",)


def main() -> int:
    django.setup()
    ours = [app.label for app in apps.get_app_configs() if Path(app.path).parent == ROOT]
    linter = MigrationLinter(
        str(ROOT),
        include_apps=ours,
        ignore_name=_ON_EMPTY_TABLES,
        ignore_initial_migrations=True,
        all_warnings_as_errors=True,
        no_cache=True,
    )
    linter.lint_all_migrations()
    linter.print_summary()
    return int(linter.has_errors)


if __name__ == "__main__":
    sys.exit(main())
