"""POST /v1/{name}: one view for each workflow that is declared, all with the same answer."""

from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern, path
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from clients.models import Capability
from workflows import accept, definitions, terms
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


class DispatchView(APIView):
    capability = Capability.JOBS_CREATE
    workflow: Workflow

    def post(self, request: Request) -> HttpResponse:
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
        parameters=[_IDEMPOTENCY_KEY, _MAX_CREDITS],
        responses={202: WorkflowAcceptedResponse},
        examples=[_ACCEPTED],
    )
    name = "".join(part.capitalize() for part in workflow.name.split("-")) + "View"
    view: type[DispatchView] = type(
        name, (DispatchView,), {"workflow": workflow, "__doc__": workflow.description}
    )
    return extend_schema_view(post=described)(view)


_IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description=(
        "1 to 255 visible ASCII characters. "
        "The same key and body answer as the first time, without a second charge."
    ),
)
_MAX_CREDITS = OpenApiParameter(
    terms.LIMIT_HEADER,
    int,
    OpenApiParameter.HEADER,
    description="The most that this request may cost, in credits; a higher price is refused with a 402.",
)
_ACCEPTED = OpenApiExample(
    "Accepted",
    {
        "request_id": "01JD9Z6Q2V8M3R5T7W9Y1A3C5E",
        "job_id": "01JD9Z6Q2WB4N6P8R0S2T4V6X8",
        "status": "NOT_STARTED",
        "credits_cost": 5,
    },
    response_only=True,
    status_codes=["202"],
)
