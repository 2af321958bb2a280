from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from clients.callers import OwnedQuerySet, newest_of_client
from clients.models import ApiKey, Client
from clients.ulids import ULIDField


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
            newest_of_client("request_log_of_client"),
            newest_of_client("request_log_of_status", "status", where=~Q(status=202)),
            newest_of_client("request_log_of_error", "error_code", where=Q(error_code__isnull=False)),
            newest_of_client("request_log_of_workflow", "workflow", where=Q(workflow__isnull=False)),
            newest_of_client("request_log_of_key", "idempotency_key", where=Q(idempotency_key__isnull=False)),
            newest_of_client("request_log_replayed", where=Q(replayed=True)),
            models.Index(name="request_log_of_job", fields=["job_id"], condition=Q(job_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.id
