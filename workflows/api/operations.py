from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from workflows import definitions, terms
from workflows.api import schemas


class OperationListView(APIView):
    capability = None

    @extend_schema(
        operation_id="list_operations",
        tags=["catalog"],
        summary="List workflows with their price",
        description="Staff may change prices; `dry_run` of a workflow tells how long one holds.",
        responses=schemas.OperationList,
    )
    def get(self, request: Request) -> Response:
        operations = []
        for workflow in definitions.ALL.values():
            now = terms.terms(workflow)
            operations.append(
                {
                    "name": workflow.name,
                    "op_class": workflow.op_class,
                    "credits_cost": now.credits_cost,
                    "enabled": now.enabled,
                }
            )
        return Response({"operations": operations, "next_cursor": None})
