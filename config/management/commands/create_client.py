import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clients.models import Client
from config import onboarding

_MOST_CREDITS = 10**12


class Command(BaseCommand):
    help = "Creates a client with a live and a test key and prints them, once, as one JSON object."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="a name of your choice, unique among clients")
        parser.add_argument("--credits", type=int, default=0, metavar="N", help="first live credits")
        parser.add_argument(
            "--test-credits",
            type=int,
            default=onboarding.FIRST_TEST_CREDITS,
            metavar="N",
            help=f"first test credits (default: {onboarding.FIRST_TEST_CREDITS:,})",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"].strip()
        if not name or len(name) > 120 or not name.isprintable():
            raise CommandError("NAME must have 1 to 120 printable characters.")
        if not all(0 <= options[kind] <= _MOST_CREDITS for kind in ("credits", "test_credits")):
            raise CommandError(f"Credits must be between 0 and {_MOST_CREDITS:,}.")
        if Client.objects.filter(name=name).exists():
            raise CommandError(f"There is a client named {name!r} already; rotate_key gives it a new key.")
        made = onboarding.create_client(
            name, credits=options["credits"], test_credits=options["test_credits"]
        )
        shown = {
            "client_id": made.client.id,
            "name": made.client.name,
            "api_key": made.api_key,
            "test_api_key": made.test_api_key,
            "signing_secret": made.signing_secret,
            "storage_prefix": made.client.storage_prefix(livemode=True),
            "test_storage_prefix": made.client.storage_prefix(livemode=False),
        }
        self.stdout.write(json.dumps(shown, indent=2, ensure_ascii=False))
