"""The shapes of answers, for the OpenAPI document; `workflows/present.py` makes the answers themselves."""

from typing import Any

from rest_framework import serializers

from workflows.models import JobEvent
from workflows.statuses import JOB_STATUS_CHOICES


class ArtifactMeta(serializers.Serializer[Any]):
    width = serializers.IntegerField(help_text="Pixels.")
    height = serializers.IntegerField(help_text="Pixels.")
    bytes = serializers.IntegerField(help_text="Size of the file.")
    sha256 = serializers.CharField(help_text="Of the file, in hexadecimal digits.")


class Artifact(serializers.Serializer[Any]):
    image_url = serializers.URLField(help_text="Signed GET, valid for five minutes.")
    kind = serializers.CharField(help_text="Always `image` for now.")
    role = serializers.ChoiceField(
        ["intermediate", "final"],
        help_text="`final`: the picture that was asked for; `intermediate`: a step on the way.",
    )
    # Serializers have a label of their own, which nobody reads here.
    label = serializers.CharField(help_text="A word for people.")  # type: ignore[assignment]
    meta = ArtifactMeta(help_text="Facts about the file.")


class JobResult(serializers.Serializer[Any]):
    artifacts = Artifact(many=True, help_text="What the job made.")


class JobErrorDetail(serializers.Serializer[Any]):
    code = serializers.CharField(
        help_text=(
            "A word for programs: Studio's, such as `NO_SUBJECT`, or ours: `CANCELLED`, `DEADLINE_EXCEEDED`, "
            "`STUDIO_UNKNOWN`, `RESULT_MISSING`."
        )
    )
    message = serializers.CharField(help_text="What went wrong, for people.")
    stage = serializers.CharField(allow_null=True, help_text="Where it went wrong, if that is known.")
    retryable = serializers.BooleanField(
        help_text="Whether a new job for the same pictures may end otherwise."
    )


class JobCredits(serializers.Serializer[Any]):
    cost = serializers.IntegerField(help_text="Credits deducted when the job was accepted.")
    refunded = serializers.IntegerField(
        help_text="Credits given back: all of them if the job failed, else 0."
    )
    net = serializers.IntegerField(help_text="What the job costs in the end: `cost` less `refunded`.")


class Event(serializers.Serializer[Any]):
    seq = serializers.IntegerField(
        help_text="1, 2, 3 … within the job, the order in which they happened; not every number is shown."
    )
    event_type = serializers.ChoiceField(
        JobEvent.Type.choices,
        help_text="`queued`: accepted and charged; `stage`: further; `succeeded`, `failed`: the end.",
    )
    visibility = serializers.ChoiceField(JobEvent.Visibility.choices, help_text="Always `public` here.")
    stage = serializers.CharField(allow_null=True, help_text="What the job had come to.")
    message = serializers.CharField(help_text="What happened, for people.")
    artifacts = Artifact(many=True, help_text="What was made, with the event `succeeded`.")
    extra = serializers.DictField(
        help_text="Details of this event, such as the `code` and the `refunded` credits of a failure."
    )
    created_at = serializers.DateTimeField()


class JobSummary(serializers.Serializer[Any]):
    public_id = serializers.CharField(help_text="ULID of the job.")
    request_id = serializers.CharField(
        help_text="ULID of the request that was accepted, as in the request logs."
    )
    job_type = serializers.CharField(help_text="The workflow, e.g. BACKGROUND_SWAP_WITH_IMAGE.")
    status = serializers.ChoiceField(JOB_STATUS_CHOICES, help_text="SUCCESS and FAILURE are final.")
    stage = serializers.CharField(
        allow_null=True, help_text="What Studio is doing, such as `segment`; null until it began."
    )
    progress = serializers.FloatField(help_text="0 to 1.")
    pilot_brand = serializers.CharField(allow_null=True, help_text="The label that the work was filed under.")
    created_at = serializers.DateTimeField(help_text="When the job was accepted.")
    started_at = serializers.DateTimeField(allow_null=True, help_text="When Studio had it; null until then.")
    finished_at = serializers.DateTimeField(allow_null=True, help_text="When it ended; null until then.")
    request = serializers.DictField(help_text="What was asked for.")
    result = JobResult(allow_null=True, help_text="Null unless the job succeeded.")
    error = JobErrorDetail(allow_null=True, help_text="Null unless the job failed.")
    credits = JobCredits(help_text="What was charged and refunded.")


class JobDetail(JobSummary):
    latest_event = Event(allow_null=True, help_text="The newest line of its timeline.")


class JobList(serializers.Serializer[Any]):
    jobs = JobSummary(many=True, help_text="One page, newest first.")
    next_cursor = serializers.CharField(allow_null=True)


class JobEvents(serializers.Serializer[Any]):
    public_id = serializers.CharField(help_text="ULID of the job.")
    events = Event(many=True, help_text="Those after `since`, oldest first.")
    latest_seq = serializers.IntegerField(
        help_text="For `since` of the next request; 0 while there are none."
    )


class RenderDetail(serializers.Serializer[Any]):
    public_id = serializers.CharField(help_text="The ULID of the job that made it.")
    job_type = serializers.CharField(help_text="The workflow that made it.")
    origin = serializers.ChoiceField(["edit", "compose"], help_text="The class of that workflow.")
    image_url = serializers.URLField(help_text="Signed GET, valid for five minutes.")
    inputs = serializers.DictField(
        help_text="What was asked for, with links to the pictures in place of storage keys."
    )
    created_at = serializers.DateTimeField(help_text="When the job succeeded.")


class RenderList(serializers.Serializer[Any]):
    renders = RenderDetail(many=True, help_text="One page, newest first.")
    next_cursor = serializers.CharField(allow_null=True)


class Operation(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="The `{name}` of `POST /v1/{name}`.")
    op_class = serializers.ChoiceField(
        ["generator", "compose", "edit"],
        help_text="`generator` makes backgrounds, `compose` puts subjects on them, `edit` changes pictures.",
    )
    credits_cost = serializers.IntegerField(help_text="Price of one job now, in credits.")
    enabled = serializers.BooleanField(help_text="Whether jobs are taken now.")


class OperationList(serializers.Serializer[Any]):
    operations = Operation(many=True, help_text="Every workflow.")
    next_cursor = serializers.CharField(allow_null=True)


class RequestLogDetail(serializers.Serializer[Any]):
    request_id = serializers.CharField(help_text="ULID of the HTTP request, as in `X-Request-Id`.")
    method = serializers.CharField(help_text="Such as POST.")
    path = serializers.CharField(help_text="Without the query.")
    workflow = serializers.CharField(
        allow_null=True, help_text="The workflow that was asked for, if one was."
    )
    status = serializers.IntegerField(help_text="HTTP status of the answer.")
    error_code = serializers.CharField(allow_null=True, help_text="`error.code` of a refusal.")
    error_message = serializers.CharField(allow_null=True, help_text="`error.message` of a refusal.")
    duration_ms = serializers.IntegerField(help_text="Until its commit, in milliseconds.")
    job_id = serializers.CharField(allow_null=True, help_text="The job that it made or was about.")
    credits = serializers.IntegerField(help_text="Credits charged by this request.")
    idempotency_key = serializers.CharField(allow_null=True, help_text="The `Idempotency-Key` that was sent.")
    replayed = serializers.BooleanField(help_text="Whether the first answer to that key was given again.")
    created_at = serializers.DateTimeField(help_text="When the request came.")


class RequestLogList(serializers.Serializer[Any]):
    request_logs = RequestLogDetail(many=True, help_text="One page, newest first.")
    next_cursor = serializers.CharField(allow_null=True)
