from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from clients import ulids
from clients.callers import OwnedQuerySet
from clients.models import Client
from clients.ulids import ULIDField


class CreditAccount(models.Model):
    """One client's credits in one mode.

    `balance`, `seq` and `head_hash` move only inside an insert of ledger entries, `open_jobs` and `in_flight`
    only with the state of a job: the database refuses anything else.
    """

    id = ULIDField(primary_key=True, default=ulids.new, editable=False)
    client = models.ForeignKey(Client, models.PROTECT, related_name="credit_accounts", editable=False)
    livemode = models.BooleanField(editable=False)
    balance = models.BigIntegerField(db_default=0, editable=False)
    seq = models.BigIntegerField(db_default=0, editable=False, help_text="Ledger entries so far.")
    head_hash = models.BinaryField(max_length=32, editable=False)
    open_jobs = models.IntegerField(db_default=0, editable=False)
    in_flight = models.BigIntegerField(
        db_default=0, editable=False, help_text="Credits of jobs that have not finished."
    )
    open_jobs_limit = models.IntegerField(
        default=1000, help_text="Unfinished jobs that this client may have at once in this mode."
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = "credit account"
        ordering = ("client__name", "-livemode")
        constraints: ClassVar = [
            models.UniqueConstraint(name="credit_account_one_per_mode", fields=["client", "livemode"]),
            models.UniqueConstraint(name="credit_account_whole", fields=["id", "client", "livemode"]),
            models.CheckConstraint(name="credit_account_balance_not_negative", condition=Q(balance__gte=0)),
            models.CheckConstraint(
                name="credit_account_open_jobs_not_negative", condition=Q(open_jobs__gte=0)
            ),
            models.CheckConstraint(
                name="credit_account_in_flight_not_negative", condition=Q(in_flight__gte=0)
            ),
            models.CheckConstraint(
                name="credit_account_limit_not_negative", condition=Q(open_jobs_limit__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client.name} ({'live' if self.livemode else 'test'})"


class LedgerEntry(models.Model):
    """One move of credits. Never edited, never deleted: a correction is a new entry."""

    class Kind(models.TextChoices):
        GRANT = "GRANT", "Grant"
        CHARGE = "CHARGE", "Charge"
        REFUND = "REFUND", "Refund"
        ADJUSTMENT = "ADJUSTMENT", "Adjustment"

    account = models.ForeignKey(CreditAccount, models.PROTECT, related_name="entries", db_index=False)
    seq = models.BigIntegerField(help_text="1, 2, 3 … without a gap in each account.")
    kind = models.TextField(choices=Kind)
    amount = models.BigIntegerField(help_text="Credits: positive into the account, negative out of it.")
    balance_after = models.BigIntegerField()
    hash = models.BinaryField(max_length=32, help_text="SHA-256 over the hash before and this entry.")
    job_id = ULIDField(null=True)
    request_id = ULIDField(null=True)
    api_key_id = ULIDField(null=True)
    charge = models.ForeignKey("self", models.PROTECT, null=True, db_index=False, related_name="+")
    source = models.TextField(null=True, help_text="What a grant was made for; unique in its account.")
    description = models.TextField(db_default="")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "ledger entries"
        ordering = ("-id",)
        constraints: ClassVar = [
            models.UniqueConstraint(name="ledger_entry_seq_once", fields=["account", "seq"]),
            models.UniqueConstraint(
                name="ledger_entry_one_charge_one_refund",
                fields=["job_id", "kind"],
                condition=Q(kind__in=["CHARGE", "REFUND"]),
            ),
            models.UniqueConstraint(
                name="ledger_entry_grant_source_once",
                fields=["account", "source"],
                condition=Q(kind="GRANT"),
            ),
            models.CheckConstraint(
                name="ledger_entry_sign_fits_kind",
                condition=Q(kind__in=["GRANT", "REFUND"], amount__gt=0)
                | Q(kind="CHARGE", amount__lt=0)
                | (Q(kind="ADJUSTMENT") & ~Q(amount=0)),
            ),
            models.CheckConstraint(
                name="ledger_entry_charge_and_refund_name_job",
                condition=~Q(kind__in=["CHARGE", "REFUND"])
                | Q(job_id__isnull=False, request_id__isnull=False),
            ),
            models.CheckConstraint(
                name="ledger_entry_refund_names_charge",
                condition=Q(kind="REFUND", charge__isnull=False)
                | (~Q(kind="REFUND") & Q(charge__isnull=True)),
            ),
            models.CheckConstraint(
                name="ledger_entry_grant_has_source",
                condition=Q(kind="GRANT", source__isnull=False) & ~Q(source="")
                | (~Q(kind="GRANT") & Q(source__isnull=True)),
            ),
            models.CheckConstraint(
                name="ledger_entry_adjustment_has_reason_and_two_people",
                condition=~Q(kind="ADJUSTMENT")
                | (
                    ~Q(description="")
                    & Q(created_by__isnull=False, approved_by__isnull=False)
                    & ~Q(created_by=F("approved_by"))
                ),
            ),
            models.CheckConstraint(
                name="ledger_entry_balance_not_negative", condition=Q(balance_after__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount:+d}"


class AuditMark(models.Model):
    """How far an account was found whole: a hint for the incremental audit. The full audit doesn't ask it."""

    account = models.OneToOneField(CreditAccount, models.PROTECT, primary_key=True, related_name="+")
    seq = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)
    balance = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.account_id} to {self.seq}"


class AuditProgress(models.Model):
    """The only row: from where on the next incremental audit looks at entries and jobs."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    entries_from = models.BigIntegerField()
    jobs_from = ULIDField()
    checked_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "audit progress"
        constraints: ClassVar = [models.CheckConstraint(name="audit_progress_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"{self.checked_at:%Y-%m-%d %H:%M:%S}"
