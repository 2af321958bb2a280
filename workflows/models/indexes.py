from django.db import models
from django.db.models import Q


def of_client(name: str, *fields: str, where: Q | None = None) -> models.Index:
    """For a list of a client's newest rows."""
    return models.Index(name=name, fields=["client", "livemode", *fields, "-id"], condition=where)
