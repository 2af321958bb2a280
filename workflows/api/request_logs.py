from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from clients import ulids
from clients.api import errors, lists, requests
from clients.api.queries import IdField, MomentField, Query, StrictBooleanField, WholeNumberField
from clients.api.serializers import StrictCharField
from clients.models import Capability
from workflows import definitions, present
from workflows.api import schemas
from workflows.models import RequestLog

_COLUMNS = ("status", "error_code", "job_id", "workflow", "idempotency_key", "replayed")


class RequestLogListQuery(lists.ListQuery):
    status = WholeNumberField(required=False, min_value=100, max_value=599, help_text="HTTP status.")
    error_code = StrictCharField(
        required=False, help_text="`error.code` of the refusal, such as `VALIDATION_ERROR`."
    )
    job_id = IdField(required=False, help_text="What made, repeated or cancelled this job.")
    workflow = serializers.ChoiceField(
        list(definitions.ALL), required=False, help_text="Only requests for this workflow."
    )
    idempotency_key = StrictCharField(
        required=False, help_text="Only requests that were sent with this Idempotency-Key."
    )
    replayed = StrictBooleanField(
        required=False, help_text="Only answers that were given again, or only others."
    )
    created_after = MomentField(required=False, help_text="By the time in the ULID: when the request came.")
    created_before = MomentField(required=False, help_text="Likewise; bounds make other filters faster.")


class RequestLogListView(APIView):
    capability = Capability.JOBS_READ

    @extend_schema(
        operation_id="list_request_logs",
        tags=["request logs"],
        summary="List what was sent and answered, newest first",
        description="Every POST with a known API key; those over its rate limit are only counted.",
        parameters=[RequestLogListQuery],
        responses=schemas.RequestLogList,
    )
    def get(self, request: Request) -> Response:
        query = RequestLogListQuery.of(request)
        filters = {name: query[name] for name in _COLUMNS if name in query}
        rows = RequestLog.objects.for_client(requests.caller(request)).filter(**filters, **_bounds(query))
        return Response(lists.present("request_logs", rows, query, present.request_log))


class RequestLogView(APIView):
    capability = Capability.JOBS_READ

    @extend_schema(
        operation_id="get_request_log",
        tags=["request logs"],
        summary="Get the log of one request",
        description="By the `X-Request-Id` of its answer: what it got, which job it made, what it cost.",
        responses=schemas.RequestLogDetail,
    )
    def get(self, request: Request, request_id: str) -> Response:
        Query.of(request)
        row = None
        if ulids.is_valid(request_id):
            row = RequestLog.objects.for_client(requests.caller(request)).filter(id=request_id).first()
        if row is None:
            raise errors.ResourceNotFound("No request of yours has this id.")
        return Response(present.request_log(row))


def _bounds(query: dict[str, Any]) -> dict[str, str]:
    """Of ids rather than `created_at`: the partitions go by them."""
    bounds = {}
    if "created_after" in query:
        bounds["id__gt"] = ulids.last_at(query["created_after"])
    if "created_before" in query:
        bounds["id__lt"] = ulids.first_at(query["created_before"])
    return bounds
