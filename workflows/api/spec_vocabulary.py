from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from clients.api.queries import Query
from studio_client import vocabulary


class SpecWord(serializers.Serializer[Any]):
    value = serializers.CharField(help_text="For `scene_type` or `mood`.")
    description = serializers.CharField(help_text="What it looks like.")


class SpecVocabulary(serializers.Serializer[Any]):
    scene_types = SpecWord(many=True, help_text="What a backdrop can show.")
    moods = SpecWord(many=True, help_text="The light that it can have.")


_EXAMPLE = OpenApiExample(
    "A part of it",
    response_only=True,
    value={
        "scene_types": [{"value": "table", "description": "A wooden table top in front of a quiet wall"}],
        "moods": [{"value": "warm", "description": "Golden light"}],
    },
)


class SpecVocabularyView(APIView):
    capability = None

    @extend_schema(
        operation_id="get_spec_vocabulary",
        tags=["catalog"],
        summary="Get words for a backdrop's spec",
        description=(
            "Suggestions for `scene_type` and `mood`. Any other text is taken too, "
            "and understood as well as may be."
        ),
        responses=SpecVocabulary,
        examples=[_EXAMPLE],
    )
    def get(self, request: Request) -> Response:
        Query.of(request)
        return Response(asdict(vocabulary()))
