import json
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from clients import lookup
from clients.models import ApiKey, issue_key

_LONGEST_OVERLAP = 24 * 366


class Command(BaseCommand):
    help = "Issues a new key and prints it, once, as JSON; the keys before go on for a while, then expire."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("client", help="the client's name or id")
        parser.add_argument("--test", action="store_true", help="rotate the test key instead of the live key")
        parser.add_argument(
            "--overlap", type=float, default=24.0, metavar="HOURS", help="how long older keys still work (24)"
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 <= options["overlap"] <= _LONGEST_OVERLAP:
            raise CommandError(
                f"--overlap takes hours from 0 (the older keys end now) to {_LONGEST_OVERLAP}."
            )
        client = lookup.client(options["client"])
        livemode = not options["test"]
        end = timezone.now() + timedelta(hours=options["overlap"])
        older = ApiKey.objects.filter(client=client, livemode=livemode, revoked_at=None)
        expiring = older.filter(Q(expires_at=None) | Q(expires_at__gt=end)).update(expires_at=end)
        _, secret = issue_key(client, livemode=livemode)
        shown = {
            "client_id": client.id,
            "api_key": secret,
            "older_keys": expiring,
            "they_expire_at": end.isoformat(),
        }
        self.stdout.write(json.dumps(shown, indent=2))
