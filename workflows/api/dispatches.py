"""POST /v1/{name}: one view for each workflow that is declared, all with the same answer."""

from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern, path
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from clients.api import errors
from clients.api.queries import Query, StrictBooleanField
from clients.models import Capability
from workflows import accept, definitions, orders, quotes, terms
from workflows.definitions.base import Workflow
from workflows.statuses import JOB_STATUS_CHOICES, JobStatus

_FIRST_POLL_SECONDS = 2


class WorkflowAcceptedResponse(serializers.Serializer[Any]):
    """Returned synchronously from any POST /v1/{name} (202)."""

    request_id = serializers.CharField(
        label="Request Id", help_text="26-char ULID — correlates with the row in request_logs."
    )
    job_id = serializers.CharField(label="Job Id", help_text="26-char ULID of the job: what all reads use.")
    status = serializers.ChoiceField(
        JOB_STATUS_CHOICES,
        default=JobStatus.NOT_STARTED.value,
        help_text="Studio’s job status at submit time. Almost always NOT_STARTED in this 202.",
    )
    credits_cost = serializers.IntegerField(
        label="Credits Cost",
        help_text="Credits deducted from the calling client. Refunded automatically on any failure path.",
    )


class QuoteResponse(serializers.Serializer[Any]):
    """What a request would cost; nothing was charged and no job was created (200)."""

    credits_cost = serializers.IntegerField(
        label="Credits Cost", help_text="Credits that the same request without `dry_run` deducts."
    )
    balance_after = serializers.IntegerField(
        label="Balance After", help_text="Credits that would be left, as things stand now."
    )
    price_holds_until = serializers.DateTimeField(
        label="Price Holds Until", help_text="The price does not change before this time."
    )


class DispatchQuery(Query):
    dry_run = StrictBooleanField(
        default=False, help_text="`true`: check the request and answer what it would cost; create nothing."
    )


class DispatchView(APIView):
    capability = Capability.JOBS_CREATE
    refuses = (
        errors.InsufficientBalance,
        errors.PriceAboveLimit,
        errors.IdempotencyInProgress,
        errors.IdempotencyKeyReused,
        errors.TooManyJobsInFlight,
        errors.OperationDisabled,
        errors.AcceptInDoubt,
    )
    workflow: Workflow

    def post(self, request: Request) -> HttpResponse:
        asked, faults = DispatchQuery.read(request)
        if faults:
            words = orders.examine(self.workflow, request._request, request.data)
            raise errors.ValidationFailed([*faults, *words.faults])
        if asked["dry_run"]:
            quote = quotes.quote(self.workflow, request._request, request.data)
            return Response(QuoteResponse(quote).data)
        answer = accept.accept(self.workflow, request._request, request.data)
        headers = {"Location": f"/v1/jobs/{answer.job_id}", "Retry-After": str(_FIRST_POLL_SECONDS)}
        if answer.replayed:
            headers["Idempotent-Replayed"] = "true"
        return HttpResponse(answer.body, status=202, content_type="application/json", headers=headers)


def urlpatterns() -> list[URLPattern]:
    return [path(name, _view(workflow).as_view(), name=name) for name, workflow in definitions.ALL.items()]


def _view(workflow: Workflow) -> type[DispatchView]:
    described = extend_schema(
        operation_id=workflow.name.replace("-", "_"),
        tags=["workflows"],
        summary=workflow.summary,
        description=workflow.description,
        request=workflow.request,
        parameters=[DispatchQuery, _IDEMPOTENCY_KEY, _MAX_CREDITS],
        responses={
            202: WorkflowAcceptedResponse,
            200: OpenApiResponse(QuoteResponse, "With `dry_run`: what the request would cost."),
        },
    )
    name = "".join(part.capitalize() for part in workflow.name.split("-")) + "View"
    view: type[DispatchView] = type(
        name, (DispatchView,), {"workflow": workflow, "__doc__": workflow.description}
    )
    return extend_schema_view(post=described)(view)


_IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": "^[!-~]{1,255}$"},
    OpenApiParameter.HEADER,
    description=(
        "1 to 255 visible ASCII characters. "
        "The same key and body answer as the first time, without a second charge."
    ),
)
_MAX_CREDITS = OpenApiParameter(
    terms.LIMIT_HEADER,
    {"type": "integer", "minimum": 0, "maximum": terms.MOST_CREDITS},
    OpenApiParameter.HEADER,
    description="The most that this request may cost, in credits; a higher price is refused with a 402.",
)
