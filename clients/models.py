from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now

from clients import keys, secrets, ulids


class Capability(models.TextChoices):
    JOBS_CREATE = "jobs:create", "jobs:create – dispatch, upload, cancel"
    JOBS_READ = "jobs:read", "jobs:read – jobs, renders, catalog, request logs"
    BILLING_READ = "billing:read", "billing:read – credits, ledger, usage"


def all_capabilities() -> list[str]:
    return list(Capability.values)


# Far above what a machine answers; below it, the arithmetic of the limits is exact.
MOST_REQUESTS = 1_000_000
_IN_REASON = (MinValueValidator(1), MaxValueValidator(MOST_REQUESTS))


class Client(models.Model):
    """A client system: who calls, who pays, who owns what it made."""

    id = ulids.ULIDField(primary_key=True, default=ulids.new, editable=False)
    name = models.CharField(max_length=120, unique=True)
    signing_secret_encrypted = models.BinaryField(editable=False)
    signature_required = models.BooleanField(
        default=False, help_text="Refuse requests without a valid X-Shopify-Hmac-Sha256 header."
    )
    suspended_at = models.DateTimeField(
        null=True, blank=True, help_text="While set, every call of this client is refused."
    )
    rate_limit_per_second = models.IntegerField(
        "requests per second",
        null=True,
        blank=True,
        validators=_IN_REASON,
        help_text="What each of its API keys may send in the long run. Empty: the default.",
    )
    rate_limit_burst = models.IntegerField(
        "burst",
        null=True,
        blank=True,
        validators=_IN_REASON,
        help_text="Requests that each of its API keys may send at once. Empty: the default.",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("name",)
        constraints: ClassVar = [
            models.CheckConstraint(
                name=f"client_{field}_in_reason",
                condition=models.Q(**{f"{field}__isnull": True})
                | models.Q(**{f"{field}__gte": 1, f"{field}__lte": MOST_REQUESTS}),
            )
            for field in ("rate_limit_per_second", "rate_limit_burst")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def signing_secret(self) -> str:
        return secrets.decrypt(bytes(self.signing_secret_encrypted))

    def storage_prefix(self, *, livemode: bool) -> str:
        """Where in the bucket this client may put pictures of its own."""
        return f"uploads/{self.id}/{'live' if livemode else 'test'}/"


class ApiKey(models.Model):
    id = ulids.ULIDField(primary_key=True, default=ulids.new, editable=False)
    client = models.ForeignKey(Client, models.PROTECT, related_name="api_keys")
    livemode = models.BooleanField(help_text="Live keys spend live credits; test keys only test credits.")
    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    hint = models.CharField(max_length=20, editable=False)
    label = models.CharField(max_length=120, blank=True, default="")
    capabilities = ArrayField(
        models.CharField(max_length=20, choices=Capability.choices), default=all_capabilities
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "API key"
        verbose_name_plural = "API keys"
        ordering = ("-id",)
        constraints: ClassVar = [
            # What jobs refer to: a key can't be named together with another client or mode.
            models.UniqueConstraint(name="api_key_whole", fields=["id", "client", "livemode"]),
            models.CheckConstraint(
                name="api_key_has_known_capabilities",
                condition=models.Q(capabilities__contained_by=list(Capability.values)),
            ),
        ]

    def __str__(self) -> str:
        return self.hint

    @property
    def mode(self) -> str:
        return "live" if self.livemode else "test"


def issue_key(client: Client, *, livemode: bool, **fields: object) -> tuple[ApiKey, str]:
    """A new key of a client and its secret, which is not stored and can't be shown again."""
    secret = keys.mint(livemode=livemode)
    api_key = ApiKey(
        client=client, livemode=livemode, digest=keys.digest(secret), hint=keys.hint(secret), **fields
    )
    api_key.save(force_insert=True)
    return api_key, secret
