"""Renders: the final artifacts of jobs that succeeded. A generator's result is a background, not a render."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from clients import ulids
from clients.api import errors, lists, requests
from clients.api.queries import Query
from clients.callers import Caller
from clients.models import Capability
from workflows import definitions, present
from workflows.api import schemas
from workflows.models import Job
from workflows.statuses import JobStatus


class RenderListView(APIView):
    capability = Capability.JOBS_READ

    @extend_schema(
        operation_id="list_renders",
        tags=["renders"],
        summary="List renders, newest first",
        description="The pictures of all jobs that succeeded. Those of a generator are backgrounds instead.",
        parameters=[lists.OffsetQuery],
        responses=schemas.RenderList,
    )
    def get(self, request: Request) -> Response:
        query = lists.OffsetQuery.of(request)
        return Response(lists.present("renders", _renders(requests.caller(request)), query, present.render))


class RenderView(APIView):
    capability = Capability.JOBS_READ

    @extend_schema(
        operation_id="get_render",
        tags=["renders"],
        summary="Get a render",
        description="Its link is signed anew with each answer. A render can be the source of another job.",
        responses=schemas.RenderDetail,
    )
    def get(self, request: Request, public_id: str) -> Response:
        Query.of(request)
        found = None
        if ulids.is_valid(public_id):
            found = _renders(requests.caller(request)).filter(id=public_id).first()
        if found is None:
            raise errors.ResourceNotFound("No render of yours has this id.")
        return Response(present.render(found))


def _renders(caller: Caller) -> QuerySet[Job]:
    makers = [name for name, workflow in definitions.ALL.items() if workflow.op_class != "generator"]
    return Job.objects.for_client(caller).filter(status=JobStatus.SUCCESS, workflow__in=makers)
