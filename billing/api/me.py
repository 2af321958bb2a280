from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing.models import CreditAccount
from clients.api import requests
from clients.api.queries import Query
from clients.limits import policies
from clients.models import Capability


class Limits(serializers.Serializer[Any]):
    requests_per_second = serializers.IntegerField(
        allow_null=True, help_text="Requests that this key may send in the long run; null: any number."
    )
    burst = serializers.IntegerField(
        allow_null=True, help_text="Requests that this key may send at once; null: any number."
    )
    jobs_in_flight = serializers.IntegerField(help_text="Unfinished jobs that this client may have at once.")


class Me(serializers.Serializer[Any]):
    client_id = serializers.CharField(help_text="ULID of the client.")
    name = serializers.CharField(help_text="Of the client.")
    livemode = serializers.BooleanField()
    api_key_id = serializers.CharField(help_text="ULID of this key, as `/v1/usage` by API key has it.")
    capabilities = serializers.ListField(
        child=serializers.ChoiceField(Capability.choices), help_text="What this key may do."
    )
    storage_prefix = serializers.CharField(
        help_text="Where this client may put pictures of its own, but for `presigned/` below it."
    )
    limits = Limits(help_text="How much it may do at once.")


class MeView(APIView):
    capability = None

    @extend_schema(
        operation_id="get_me",
        tags=["account"],
        summary="Who this key belongs to",
        description="A good first request: it shows that the key works, its mode, and what it may do.",
        responses=Me,
    )
    def get(self, request: Request) -> Response:
        Query.of(request)
        caller = requests.caller(request)
        account = CreditAccount.objects.for_client(caller).get()
        policy = policies.of(caller.client)
        return Response(
            {
                "client_id": caller.client.id,
                "name": caller.client.name,
                "livemode": caller.livemode,
                "api_key_id": caller.api_key.id,
                "capabilities": caller.api_key.capabilities,
                "storage_prefix": caller.storage_prefix,
                "limits": {
                    "requests_per_second": policy and policy.per_second,
                    "burst": policy and policy.burst,
                    "jobs_in_flight": account.open_jobs_limit,
                },
            }
        )
