"""A new client: its two accounts, its two keys, its signing secret, its first credits; in one transaction."""

from dataclasses import dataclass

from django.db import transaction

from billing import ledger
from clients import secrets
from clients.models import Client, issue_key

# Worth nothing, and enough to begin at once.
FIRST_TEST_CREDITS = 1_000


@dataclass(frozen=True, slots=True)
class Onboarded:
    """What a new client must be told; the secrets can't be shown again."""

    client: Client
    api_key: str
    test_api_key: str
    signing_secret: str


@transaction.atomic
def create_client(name: str, *, credits: int = 0, test_credits: int = FIRST_TEST_CREDITS) -> Onboarded:
    """Raises IntegrityError if the name is taken."""
    signing_secret = secrets.new_signing_secret()
    client = Client.objects.create(name=name, signing_secret_encrypted=secrets.encrypt(signing_secret))
    accounts = ledger.open_accounts(client)
    for livemode, amount in ((True, credits), (False, test_credits)):
        if amount:
            ledger.grant(accounts[livemode], amount, source="onboarding", description="First credits")
    return Onboarded(
        client=client,
        api_key=issue_key(client, livemode=True)[1],
        test_api_key=issue_key(client, livemode=False)[1],
        signing_secret=signing_secret,
    )
