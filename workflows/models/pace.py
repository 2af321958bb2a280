from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from clients.ulids import ULIDField


class StudioPace(models.Model):
    """How fast one mode's Studio is asked in one step of its jobs; `workflows/pace.py` says how it moves."""

    class Step(models.TextChoices):
        DISPATCH = "dispatch"
        FOLLOW = "follow"

    id = models.BigAutoField(primary_key=True)
    livemode = models.BooleanField()
    step = models.TextField(choices=Step)
    allowance = models.IntegerField(null=True, help_text="Calls that may go out at `next_at`; none: any.")
    next_at = models.DateTimeField(null=True)
    failures = models.IntegerField(db_default=0, help_text="Pauses since the last good answer to a probe.")
    doubters = ArrayField(
        models.UUIDField(), default=list, help_text="Jobs without a usable answer, in a row."
    )
    probe = ULIDField(null=True, help_text="The job that alone may be asked about during a pause.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="studio_pace_of_step", fields=["livemode", "step"]),
            models.CheckConstraint(
                name="studio_pace_has_a_moment",
                condition=Q(allowance__isnull=True, next_at__isnull=True)
                | Q(allowance__gte=1, next_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} {'live' if self.livemode else 'test'}"
