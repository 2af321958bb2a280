from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from billing.models import CreditAccount
from clients.callers import OwnedQuerySet, newest_of_client
from clients.models import ApiKey, Client
from clients.ulids import ULIDField
from workflows.statuses import LIVE, JobStatus


class Job(models.Model):
    """One piece of work that was accepted and charged. `docs/decisions/0004` draws its states."""

    id = ULIDField(primary_key=True, editable=False)
    client = models.ForeignKey(Client, models.PROTECT, related_name="+", db_index=False)
    livemode = models.BooleanField()
    account = models.ForeignKey(CreditAccount, models.PROTECT, related_name="+", db_index=False)
    api_key = models.ForeignKey(ApiKey, models.PROTECT, related_name="+", db_index=False)
    request_id = ULIDField(help_text="The request log of the request that made it.")
    workflow = models.TextField()
    credits_cost = models.BigIntegerField(help_text="Credits charged, fixed when the job was accepted.")
    pilot_brand = models.TextField(null=True)
    request = models.JSONField(help_text="What the client asked for, validated.")
    inputs = models.JSONField(help_text="What it stood for when it was accepted: storage keys, preset.")
    status = models.TextField(choices=JobStatus, db_default=JobStatus.NOT_STARTED)
    version = models.IntegerField(db_default=1, help_text="Grows with every change that a client can see.")
    attempt = models.IntegerField(db_default=0, help_text="Fencing token: grows with every claim.")
    lease_until = models.DateTimeField(null=True)
    next_action_at = models.DateTimeField(null=True, help_text="The alarm: when the scheduler looks again.")
    deadline_at = models.DateTimeField()
    studio_version = models.IntegerField(db_default=0, help_text="The newest state of Studio's that we know.")
    resubmit = models.BooleanField(db_default=False, help_text="Studio must be asked for it once more.")
    trouble = models.TextField(db_default="", help_text="What the last try ran into, if it did not go on.")
    stage = models.TextField(db_default="")
    progress = models.FloatField(db_default=0.0, help_text="0 to 1.")
    result = models.JSONField(null=True)
    error_code = models.TextField(null=True)
    error_message = models.TextField(db_default="")
    error_stage = models.TextField(db_default="")
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar = [
            newest_of_client("job_of_client"),
            newest_of_client("job_of_status", "status"),
            newest_of_client("job_of_workflow", "workflow"),
            newest_of_client("job_of_brand", "pilot_brand", where=Q(pilot_brand__isnull=False)),
            models.Index(
                name="job_alarm", fields=["next_action_at"], condition=Q(next_action_at__isnull=False)
            ),
            models.Index(name="job_deadline", fields=["deadline_at"], condition=Q(finished_at__isnull=True)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(name="job_account_and_cost", fields=["id", "account", "credits_cost"]),
            models.CheckConstraint(name="job_cost_is_positive", condition=Q(credits_cost__gt=0)),
            models.CheckConstraint(name="job_status_is_known", condition=Q(status__in=JobStatus.values)),
            models.CheckConstraint(
                name="job_live_has_alarm",
                condition=Q(status__in=LIVE, next_action_at__isnull=False)
                | (~Q(status__in=LIVE) & Q(next_action_at__isnull=True, lease_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="job_finished_when_terminal",
                condition=Q(status__in=LIVE, finished_at__isnull=True)
                | (~Q(status__in=LIVE) & Q(finished_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="job_failure_has_error",
                condition=Q(status=JobStatus.FAILURE, error_code__isnull=False)
                | (~Q(status=JobStatus.FAILURE) & Q(error_code__isnull=True)),
            ),
            models.CheckConstraint(
                name="job_success_has_result",
                condition=Q(status=JobStatus.SUCCESS, result__isnull=False)
                | (~Q(status=JobStatus.SUCCESS) & Q(result__isnull=True)),
            ),
            models.CheckConstraint(
                name="job_started_when_in_progress",
                condition=~Q(status__in=[JobStatus.IN_PROGRESS, JobStatus.SUCCESS])
                | Q(started_at__isnull=False),
            ),
            models.CheckConstraint(
                name="job_deadline_is_later", condition=Q(deadline_at__gt=F("created_at"))
            ),
        ]

    def __str__(self) -> str:
        return self.id

    @property
    def job_type(self) -> str:
        """The workflow's name as the wire writes it: BACKGROUND_SWAP_WITH_IMAGE."""
        return self.workflow.replace("-", "_").upper()

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def render(self) -> dict[str, Any] | None:
        """The final artifact of a job that succeeded: key, width, height, bytes, sha256, format."""
        artifacts = (self.result or {}).get("artifacts", [])
        return next((artifact for artifact in artifacts if artifact["role"] == "final"), None)


class JobEvent(models.Model):
    """One line of a job's timeline; written with the change that it tells, never edited."""

    class Type(models.TextChoices):
        QUEUED = "queued"
        STAGE = "stage"
        SUCCEEDED = "succeeded"
        FAILED = "failed"

    class Visibility(models.TextChoices):
        PUBLIC = "public"
        INTERNAL = "internal"

    job = models.ForeignKey(Job, models.PROTECT, related_name="events", db_index=False)
    seq = models.IntegerField()
    event_type = models.TextField(choices=Type)
    visibility = models.TextField(choices=Visibility, db_default=Visibility.PUBLIC)
    stage = models.TextField(db_default="")
    message = models.TextField(db_default="")
    extra = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("job", "seq")
        constraints: ClassVar = [models.UniqueConstraint(name="job_event_seq_once", fields=["job", "seq"])]

    def __str__(self) -> str:
        return f"{self.seq} {self.event_type}"


class IdempotencyKey(models.Model):
    """What was answered to the first request with a key; kept as long as its job."""

    id = models.BigAutoField(primary_key=True)
    client = models.ForeignKey(Client, models.PROTECT, related_name="+", db_index=False)
    livemode = models.BooleanField()
    route = models.TextField()
    key = models.TextField()
    request_hash = models.BinaryField(max_length=32)
    job = models.OneToOneField(Job, models.PROTECT, related_name="+")
    answer = models.TextField(help_text="The body of the first answer, byte for byte.")

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="idempotency_key_once", fields=["client", "livemode", "route", "key"]
            )
        ]

    def __str__(self) -> str:
        return self.key
