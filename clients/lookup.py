"""Finds a client by what a person types at a command: its name or its ULID."""

from django.core.management.base import CommandError

from clients import ulids
from clients.models import Client


def client(name_or_id: str) -> Client:
    """Raises CommandError that says what to do."""
    found = Client.objects.filter(name=name_or_id).first()
    if found is None and ulids.is_valid(name_or_id):
        found = Client.objects.filter(id=name_or_id).first()
    if found is None:
        raise CommandError(f"No client is named {name_or_id!r}; create_client makes one.")
    return found
