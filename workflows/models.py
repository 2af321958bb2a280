from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from billing.models import CreditAccount
from clients.callers import OwnedQuerySet
from clients.models import ApiKey, Client
from clients.ulids import ULIDField
from workflows.statuses import LIVE, JobStatus


def _of_client(name: str, *fields: str, where: Q | None = None) -> models.Index:
    """For a list of a client's newest rows."""
    return models.Index(name=name, fields=["client", "livemode", *fields, "-id"], condition=where)


class RequestLog(models.Model):
    """One HTTP request that could change something, accepted or refused. Partitioned by range of its ULID;
    nothing has a foreign key to it, so that old partitions can be dropped."""

    id = ULIDField(primary_key=True, editable=False)
    client = models.ForeignKey(Client, models.PROTECT, related_name="+", db_index=False)
    livemode = models.BooleanField()
    api_key = models.ForeignKey(ApiKey, models.PROTECT, related_name="+", db_index=False)
    method = models.TextField()
    path = models.TextField()
    workflow = models.TextField(null=True)
    status = models.SmallIntegerField(help_text="HTTP status of the answer.")
    error_code = models.TextField(null=True)
    error_message = models.TextField(null=True)
    body = models.TextField(null=True, help_text="What a refused request sent, up to 16 KB.")
    duration_ms = models.IntegerField(help_text="Milliseconds until the commit, or until the refusal.")
    job_id = ULIDField(null=True)
    credits = models.BigIntegerField(db_default=0, help_text="Credits charged by this request.")
    idempotency_key = models.TextField(null=True)
    replayed = models.BooleanField(db_default=False)
    created_at = models.DateTimeField(db_default=Now())

    objects = OwnedQuerySet.as_manager()

    class Meta:
        db_table = "request_logs"
        ordering = ("-id",)
        # Most are accepted orders: they pay for the client's, the workflow's and the job's.
        indexes: ClassVar = [
            _of_client("request_log_of_client"),
            _of_client("request_log_of_status", "status", where=~Q(status=202)),
            _of_client("request_log_of_error", "error_code", where=Q(error_code__isnull=False)),
            _of_client("request_log_of_workflow", "workflow", where=Q(workflow__isnull=False)),
            _of_client("request_log_of_key", "idempotency_key", where=Q(idempotency_key__isnull=False)),
            _of_client("request_log_replayed", where=Q(replayed=True)),
            models.Index(name="request_log_of_job", fields=["job_id"], condition=Q(job_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.id


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
            _of_client("job_of_client"),
            _of_client("job_of_status", "status"),
            _of_client("job_of_workflow", "workflow"),
            _of_client("job_of_brand", "pilot_brand", where=Q(pilot_brand__isnull=False)),
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

    # So long ahead is a change announced; what a client was quoted holds at least as long.
    NOTICE = timedelta(minutes=5)

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
            message = f"Clients are promised {self.NOTICE.seconds // 60} minutes: choose {at:%H:%M} or later."
            raise ValidationError({"effective_from": message})


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
