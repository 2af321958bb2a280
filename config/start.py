"""How a process begins that `manage.py` does not start."""

import sys

from django.core import checks

TAG = "gateway"


def refuse_wrong_configuration() -> None:
    """Ends the process if a check of `config/checks.py` finds an error; Django's apps are ready by now."""
    errors = [found for found in checks.run_checks(tags=[TAG]) if found.is_serious()]
    if errors:
        sys.exit("\n".join(["The configuration is refused.", *(str(error.msg) for error in errors)]))
