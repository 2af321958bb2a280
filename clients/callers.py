"""The caller: one client in one mode, by one key. Whatever a client owns is only reached through it."""

from dataclasses import dataclass
from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

from clients.models import ApiKey, Client

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Caller:
    client: Client
    api_key: ApiKey

    # Asked by Django REST framework of whatever an authentication returns.
    is_authenticated = True

    @property
    def livemode(self) -> bool:
        return self.api_key.livemode

    @property
    def storage_prefix(self) -> str:
        return self.client.storage_prefix(livemode=self.livemode)


class OwnedQuerySet(models.QuerySet[Row]):
    """Rows that belong to a client and a mode."""

    def for_client(self, caller: Caller) -> Self:
        return self.filter(client_id=caller.client.id, livemode=caller.livemode)


def newest_of_client(name: str, *fields: str, where: Q | None = None) -> models.Index:
    """An index for lists of a client's newest rows that are alike in these fields."""
    return models.Index(name=name, fields=["client", "livemode", *fields, "-id"], condition=where)
