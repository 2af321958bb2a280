from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from clients import ulids
from clients.api import errors, lists, requests
from clients.api.queries import WholeNumberField
from clients.api.serializers import StrictCharField
from clients.models import Capability
from workflows import present
from workflows.api import schemas
from workflows.models import RequestLog


class RequestLogListQuery(lists.ListQuery):
    status = WholeNumberField(required=False, min_value=100, max_value=599, help_text="HTTP status.")
    error_code = StrictCharField(
        required=False, help_text="`error.code` of the refusal, such as `VALIDATION_ERROR`."
    )


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
        filters = {name: query[name] for name in ("status", "error_code") if name in query}
        rows = RequestLog.objects.for_client(requests.caller(request)).filter(**filters)
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
        row = None
        if ulids.is_valid(request_id):
            row = RequestLog.objects.for_client(requests.caller(request)).filter(id=request_id).first()
        if row is None:
            raise errors.ResourceNotFound("No request of yours has this id.")
        return Response(present.request_log(row))
