from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone


class WorkflowSetting(models.Model):
    """What staff may change of a workflow without a deployment."""

    name = models.CharField(primary_key=True, max_length=64, editable=False)
    enabled = models.BooleanField(default=True)
    credits_cost = models.PositiveIntegerField(help_text="Credits for a job, until the first price change.")

    class Meta:
        ordering = ("name",)
        constraints: ClassVar = [
            models.CheckConstraint(name="workflow_setting_cost_is_positive", condition=Q(credits_cost__gt=0))
        ]

    def __str__(self) -> str:
        return self.name


class PriceChange(models.Model):
    """A workflow's price from a time on that was announced before. Accepted jobs keep theirs."""

    # So long ahead is a change announced, counted from the beginning of the transaction that writes it.
    NOTICE = timedelta(minutes=5)
    # So long holds what a client was quoted: a change that was not committed yet could not be seen, and no
    # transaction stays open for the minute between.
    PROMISE = timedelta(minutes=4)

    id = models.BigAutoField(primary_key=True)
    workflow = models.ForeignKey(
        WorkflowSetting, models.PROTECT, related_name="price_changes", db_index=False
    )
    credits_cost = models.PositiveIntegerField(help_text="Credits for each job accepted from then on.")
    effective_from = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+", editable=False
    )

    class Meta:
        ordering = ("-effective_from",)
        constraints: ClassVar = [
            models.UniqueConstraint(name="price_change_once", fields=["workflow", "effective_from"]),
            models.CheckConstraint(name="price_change_cost_is_positive", condition=Q(credits_cost__gt=0)),
            models.CheckConstraint(
                name="price_change_is_announced",
                condition=Q(effective_from__gte=F("created_at") + timedelta(minutes=5)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.credits_cost} from {self.effective_from:%Y-%m-%d %H:%M:%S} UTC"

    def clean(self) -> None:
        """Raises ValidationError for a change that comes sooner than clients are promised."""
        earliest = timezone.now() + self.NOTICE
        if self.effective_from and self.effective_from <= earliest:
            at = earliest + timedelta(minutes=1)
            minutes = self.NOTICE.seconds // 60
            message = f"A change is announced {minutes} minutes ahead: choose {at:%H:%M} or later."
            raise ValidationError({"effective_from": message})
