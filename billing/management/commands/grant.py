import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError, transaction

from billing import ledger
from billing.models import CreditAccount
from clients import lookup, ulids


class Command(BaseCommand):
    help = "Grants credits to a client and prints the ledger entry as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("client", help="the client's name or id")
        parser.add_argument("credits", type=int)
        parser.add_argument("--test", action="store_true", help="test credits instead of live ones")
        parser.add_argument(
            "--source", default="", help="what it is for, e.g. an invoice number; a source grants only once"
        )
        parser.add_argument("--description", default="", help="shown in the client's ledger")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 < options["credits"] <= 10**12:
            raise CommandError("CREDITS must be between 1 and 1,000,000,000,000.")
        client = lookup.client(options["client"])
        account = CreditAccount.objects.get(client=client, livemode=not options["test"])
        source = options["source"] or f"command {ulids.new()}"
        try:
            with transaction.atomic():
                posted = ledger.grant(
                    account, options["credits"], source=source, description=options["description"]
                )
        except IntegrityError as error:
            raise CommandError(f"The source {source!r} was granted to this account before.") from error
        shown = {
            "client_id": client.id,
            "livemode": account.livemode,
            "source": source,
            "amount": posted.amount,
            "seq": posted.seq,
            "balance_after": posted.balance_after,
        }
        self.stdout.write(json.dumps(shown, indent=2))
