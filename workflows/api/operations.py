from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from clients.api import lists
from workflows import definitions, terms
from workflows.api import schemas
from workflows.definitions.base import Workflow


class OperationListView(APIView):
    capability = None

    @extend_schema(
        operation_id="list_operations",
        tags=["catalog"],
        summary="List workflows with their price",
        description="Staff may change prices; `dry_run` of a workflow tells how long one holds.",
        parameters=[lists.NameListQuery],
        responses=schemas.OperationList,
    )
    def get(self, request: Request) -> Response:
        query = lists.NameListQuery.of(request)
        rows = [_present(workflow) for workflow in definitions.ALL.values()]
        return Response(lists.present_named("operations", rows, query))


def _present(workflow: Workflow) -> dict[str, Any]:
    now = terms.terms(workflow)
    return {
        "name": workflow.name,
        "op_class": workflow.op_class,
        "credits_cost": now.credits_cost,
        "enabled": now.enabled,
    }
