"""Who may call: the verbs with which staff close and open doors. Each takes effect with the next request."""

from collections.abc import Callable

from django.db.models.functions import Now

from clients.models import ApiKey, Client

Switch = Callable[[Client], bool]


def revoke(api_key: ApiKey) -> bool:
    """End a key for good. False if it had been revoked before."""
    return bool(ApiKey.objects.filter(pk=api_key.pk, revoked_at=None).update(revoked_at=Now()))


def suspend(client: Client) -> bool:
    """Refuse every call of a client; its accepted jobs go on. False if it was suspended before."""
    return bool(Client.objects.filter(pk=client.pk, suspended_at=None).update(suspended_at=Now()))


def unsuspend(client: Client) -> bool:
    """Let a client call again. False if it was not suspended."""
    return bool(Client.objects.filter(pk=client.pk, suspended_at__isnull=False).update(suspended_at=None))
