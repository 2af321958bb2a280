"""Entries of the catalogue as a caller sees them: the shared ones and its own."""

from assets.models import Background
from clients import ulids
from clients.callers import Caller


def find(caller: Caller, public_id: str) -> Background | None:
    """None for an unknown, foreign or malformed id."""
    if not ulids.is_valid(public_id):
        return None
    return Background.objects.for_client(caller).filter(id=public_id).first()


def active(caller: Caller, public_id: str) -> Background | None:
    """An entry that new jobs may use."""
    found = find(caller, public_id)
    return found if found and found.status == Background.Status.ACTIVE else None
