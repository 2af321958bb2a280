"""The shapes of answers, for the OpenAPI document; `workflows/present.py` makes the answers themselves."""

from typing import Any

from rest_framework import serializers

from workflows.models import JobEvent
from workflows.statuses import JOB_STATUS_CHOICES


class ArtifactMeta(serializers.Serializer[Any]):
    width = serializers.IntegerField(help_text="Pixels.")
    height = serializers.IntegerField(help_text="Pixels.")
    bytes = serializers.IntegerField()
    sha256 = serializers.CharField()


class Artifact(serializers.Serializer[Any]):
    image_url = serializers.URLField(help_text="Signed GET, valid for five minutes.")
    kind = serializers.CharField()
    role = serializers.ChoiceField(["intermediate", "final"])
    # Serializers have a label of their own, which nobody reads here.
    label = serializers.CharField()  # type: ignore[assignment]
    meta = ArtifactMeta()


class JobResult(serializers.Serializer[Any]):
    artifacts = Artifact(many=True)


class JobErrorDetail(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()
    stage = serializers.CharField(allow_null=True)
    retryable = serializers.BooleanField(
        help_text="Whether a new job for the same pictures may end otherwise."
    )


class JobCredits(serializers.Serializer[Any]):
    cost = serializers.IntegerField()
    refunded = serializers.IntegerField()
    net = serializers.IntegerField()


class Event(serializers.Serializer[Any]):
    seq = serializers.IntegerField()
    event_type = serializers.ChoiceField(JobEvent.Type.choices)
    visibility = serializers.ChoiceField(JobEvent.Visibility.choices)
    stage = serializers.CharField(allow_null=True)
    message = serializers.CharField()
    artifacts = Artifact(many=True)
    extra = serializers.DictField()
    created_at = serializers.DateTimeField()


class JobSummary(serializers.Serializer[Any]):
    public_id = serializers.CharField()
    request_id = serializers.CharField()
    job_type = serializers.CharField(help_text="The workflow, e.g. BACKGROUND_SWAP_WITH_IMAGE.")
    status = serializers.ChoiceField(JOB_STATUS_CHOICES)
    stage = serializers.CharField(allow_null=True)
    progress = serializers.FloatField(help_text="0 to 1.")
    pilot_brand = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    request = serializers.DictField(help_text="What was asked for.")
    result = JobResult(allow_null=True)
    error = JobErrorDetail(allow_null=True)
    credits = JobCredits()


class JobDetail(JobSummary):
    latest_event = Event(allow_null=True)


class JobList(serializers.Serializer[Any]):
    jobs = JobSummary(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class JobEvents(serializers.Serializer[Any]):
    public_id = serializers.CharField()
    events = Event(many=True)
    latest_seq = serializers.IntegerField()


class RenderDetail(serializers.Serializer[Any]):
    public_id = serializers.CharField(help_text="The ULID of the job that made it.")
    job_type = serializers.CharField()
    origin = serializers.ChoiceField(["edit", "compose"])
    image_url = serializers.URLField(help_text="Signed GET, valid for five minutes.")
    inputs = serializers.DictField()
    created_at = serializers.DateTimeField()


class RenderList(serializers.Serializer[Any]):
    renders = RenderDetail(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class Operation(serializers.Serializer[Any]):
    name = serializers.CharField()
    op_class = serializers.ChoiceField(["generator", "compose", "edit"])
    credits_cost = serializers.IntegerField()
    enabled = serializers.BooleanField()


class OperationList(serializers.Serializer[Any]):
    operations = Operation(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class RequestLogDetail(serializers.Serializer[Any]):
    request_id = serializers.CharField()
    method = serializers.CharField()
    path = serializers.CharField()
    status = serializers.IntegerField()
    error_code = serializers.CharField(allow_null=True)
    error_message = serializers.CharField(allow_null=True)
    duration_ms = serializers.IntegerField()
    job_id = serializers.CharField(allow_null=True)
    credits = serializers.IntegerField(help_text="Credits charged by this request.")
    idempotency_key = serializers.CharField(allow_null=True)
    replayed = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class RequestLogList(serializers.Serializer[Any]):
    request_logs = RequestLogDetail(many=True)
    next_cursor = serializers.CharField(allow_null=True)
