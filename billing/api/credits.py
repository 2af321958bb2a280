from datetime import UTC
from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing.api import entries_csv
from billing.models import CreditAccount, LedgerEntry
from clients.api import lists, negotiation, requests
from clients.api.queries import IdField, MomentField, Query, WholeNumberField
from clients.models import Capability


class Credits(serializers.Serializer[Any]):
    balance = serializers.IntegerField(help_text="Credits that can be spent now.")
    in_flight = serializers.IntegerField(help_text="Credits charged for jobs that have not finished.")
    currency = serializers.CharField(help_text="Always `credits`.")
    livemode = serializers.BooleanField(help_text="True in live mode, false in test mode.")


class Entry(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(
        LedgerEntry.Kind.choices, help_text="GRANT and REFUND add, CHARGE takes, ADJUSTMENT may do either."
    )
    amount = serializers.IntegerField(help_text="Positive into the account, negative out of it.")
    balance_after = serializers.IntegerField(help_text="Credits in the account once this was booked.")
    seq = serializers.IntegerField(help_text="1, 2, 3 … without a gap.")
    hash = serializers.CharField(
        help_text="SHA-256 (hex) over the hash before and this entry; see `docs/ledger.md`."
    )
    job_id = serializers.CharField(allow_null=True, help_text="The job that was charged or refunded.")
    request_id = serializers.CharField(allow_null=True, help_text="The request that was charged.")
    description = serializers.CharField(help_text="What it is for.")
    created_at = serializers.DateTimeField(help_text="To the microsecond, as it was hashed.")


COLUMNS = tuple(Entry().fields)


class EntryList(serializers.Serializer[Any]):
    entries = Entry(many=True, help_text="One page, newest first.")
    next_cursor = serializers.CharField(allow_null=True)


class EntryListQuery(Query):
    limit = WholeNumberField(min_value=1, max_value=200, default=50, help_text="Rows in one answer.")
    cursor = WholeNumberField(
        required=False, min_value=1, max_value=2**62, help_text="`next_cursor` of the answer before."
    )
    kind = serializers.ChoiceField(
        LedgerEntry.Kind.choices, required=False, help_text="Only entries of this kind."
    )
    job_id = IdField(required=False, help_text="The charge of this job, its refund, and corrections of it.")
    created_after = MomentField(required=False, help_text="Only entries booked after this time.")


_FILTERS = {"kind": "kind", "job_id": "job_id", "created_after": "created_at__gt"}


_OF_CSV = [
    OpenApiParameter(
        name, kind, OpenApiParameter.HEADER, response=[200], description=f"Only with a CSV: {said}"
    )
    for name, kind, said in (
        (entries_csv.ENTRIES_HEADER, int, "how many entries it has; a file with fewer has lost its end."),
        (entries_csv.HEAD_HEADER, str, "the `hash` of its last entry."),
    )
]


class CreditsView(APIView):
    capability = Capability.BILLING_READ

    @extend_schema(
        operation_id="get_credits",
        tags=["credits"],
        summary="Get the balance",
        description="What can be spent now. Charged when accepted, so `in_flight` is gone from it.",
        responses=Credits,
    )
    def get(self, request: Request) -> Response:
        Query.of(request)
        account = CreditAccount.objects.for_client(requests.caller(request)).get()
        return Response(
            {
                "balance": account.balance,
                "in_flight": account.in_flight,
                "currency": "credits",
                "livemode": account.livemode,
            }
        )


class EntryListView(APIView):
    capability = Capability.BILLING_READ

    @extend_schema(
        operation_id="list_credit_entries",
        tags=["credits"],
        summary="List the ledger, newest first",
        description=(
            "With `Accept: text/csv` the answer is the whole ledger as CSV, oldest entry first, with a "
            "header line and the same columns; it takes no parameters. In `description` an apostrophe stands "
            "before what a spreadsheet could take for a formula. `docs/ledger.md` tells how to verify either."
        ),
        parameters=[EntryListQuery, *_OF_CSV],
        responses={(200, "application/json"): EntryList, (200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> HttpResponseBase:
        as_csv = negotiation.prefers(request, entries_csv.MEDIA_TYPE)
        query = (Query if as_csv else EntryListQuery).of(request)
        account = CreditAccount.objects.for_client(requests.caller(request)).get()
        if as_csv:
            return entries_csv.answer(account, COLUMNS, present)
        rows = account.entries.filter(
            **{name: query[field] for field, name in _FILTERS.items() if field in query}
        )
        page = lists.present("entries", rows, query, present, key="seq")
        return Response(page, headers={"Vary": "Accept"})


def present(entry: LedgerEntry) -> dict[str, Any]:
    at = entry.created_at.astimezone(UTC).replace(tzinfo=None)
    return {
        "kind": entry.kind,
        "amount": entry.amount,
        "balance_after": entry.balance_after,
        "seq": entry.seq,
        "hash": bytes(entry.hash).hex(),
        "job_id": entry.job_id,
        "request_id": entry.request_id,
        "description": entry.description,
        "created_at": f"{at.isoformat(timespec='microseconds')}Z",
    }
