from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from clients.api import requests
from clients.api.errors import Fault, ValidationFailed
from clients.api.queries import MomentField, Query
from clients.models import Capability
from workflows import usage

_LONGEST = timedelta(days=366)
_USUAL = timedelta(days=30)
Fields = dict[str, serializers.Field[Any, Any, Any, Any]]


class UsageQuery(Query):
    to = MomentField(
        required=False, help_text="Jobs accepted before this time. Without it: to the end of today, UTC."
    )
    group_by = serializers.ChoiceField(
        list(usage.GROUPS), default="day", help_text="What the jobs of a group have in common."
    )

    def get_fields(self) -> Fields:
        # A word of Python, so no attribute can have this name.
        start = MomentField(
            required=False,
            help_text="Jobs accepted then or later. Without it: 30 days before `to`. At most 366 days.",
        )
        return {"from": start, **super().get_fields()}


class UsageFigures(serializers.Serializer[Any]):
    jobs = serializers.IntegerField(help_text="Jobs accepted, the unfinished ones too.")
    succeeded = serializers.IntegerField(help_text="Of these jobs, by now.")
    failed = serializers.IntegerField(help_text="Of these jobs, by now; cancelled ones count.")
    charged = serializers.IntegerField(help_text="Credits.")
    refunded = serializers.IntegerField(
        help_text="Credits given back for these jobs, whenever that was: a refund counts where its job does."
    )
    net = serializers.IntegerField(help_text="Credits: charged less refunded.")


class UsageGroup(UsageFigures):
    key = serializers.CharField(
        allow_null=True,
        help_text=(
            "What the jobs have in common: the day they were accepted (`2031-05-06`, UTC), the workflow's "
            "name, the pilot_brand (null: none given), or the ULID of the API key."
        ),
    )
    # Serializers have a label of their own, which nobody reads here.
    label = serializers.CharField(allow_null=True, help_text="Of an API key; else null.")  # type: ignore[assignment]


class Usage(serializers.Serializer[Any]):
    to = serializers.DateTimeField(help_text="Jobs accepted before this time.")
    group_by = serializers.ChoiceField(list(usage.GROUPS), help_text="As asked for.")
    groups = UsageGroup(
        many=True, help_text="Days newest first, others by what was charged. None that has no jobs."
    )
    groups_left_out = serializers.IntegerField(
        help_text="More than 1,000 groups are not listed: so many more there are. `totals` has them all."
    )
    totals = UsageFigures(help_text="Over all groups.")

    def get_fields(self) -> Fields:
        start = serializers.DateTimeField(help_text="Jobs accepted then or later.")
        return {"from": start, **super().get_fields()}


_EXAMPLE = OpenApiExample(
    "Two days",
    response_only=True,
    value={
        "from": "2031-05-05T00:00:00Z",
        "to": "2031-05-07T00:00:00Z",
        "group_by": "day",
        "groups": [
            {
                "key": "2031-05-06",
                "label": None,
                "jobs": 3,
                "succeeded": 1,
                "failed": 1,
                "charged": 15,
                "refunded": 5,
                "net": 10,
            },
            {
                "key": "2031-05-05",
                "label": None,
                "jobs": 1,
                "succeeded": 1,
                "failed": 0,
                "charged": 5,
                "refunded": 0,
                "net": 5,
            },
        ],
        "groups_left_out": 0,
        "totals": {"jobs": 4, "succeeded": 2, "failed": 1, "charged": 20, "refunded": 5, "net": 15},
    },
)


class UsageView(APIView):
    capability = Capability.BILLING_READ

    @extend_schema(
        operation_id="get_usage",
        tags=["credits"],
        summary="Count jobs and credits in a time",
        description=(
            "A job counts where it was accepted, with its charge and, if it failed, its refund: the sum of "
            "its entries in the ledger. So a figure of the past may still change while its jobs run."
        ),
        parameters=[UsageQuery],
        responses=Usage,
        examples=[_EXAMPLE],
    )
    def get(self, request: Request) -> Response:
        query = UsageQuery.of(request)
        start, end = _range(query)
        found = usage.of(requests.caller(request), start, end, query["group_by"])
        return Response(
            {
                "from": start,
                "to": end,
                "group_by": query["group_by"],
                "groups": [
                    {"key": group.key, "label": group.label, **_present(group.figures)}
                    for group in found.groups
                ],
                "groups_left_out": found.left_out,
                "totals": _present(found.totals),
            }
        )


def _range(query: dict[str, Any]) -> tuple[datetime, datetime]:
    """From and to. Raises ValidationFailed."""
    end = query.get("to") or _midnight_to_come()
    try:
        start = query.get("from") or end - _USUAL
    except OverflowError:
        start = end
    if start >= end:
        raise ValidationFailed([Fault(("query", "to"), "Should be later than from", "value_error")])
    if end - start > _LONGEST:
        raise ValidationFailed([Fault(("query", "from"), "Ask for at most 366 days at once", "value_error")])
    return start, end


def _midnight_to_come() -> datetime:
    tomorrow = timezone.now().astimezone(UTC) + timedelta(days=1)
    return tomorrow.replace(hour=0, minute=0, second=0, microsecond=0)


def _present(figures: usage.Figures) -> dict[str, int]:
    return {**figures._asdict(), "net": figures.net}
