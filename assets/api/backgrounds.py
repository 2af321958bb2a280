"""The catalogue of backgrounds: the shared entries, and the caller's own."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assets import backgrounds, storage
from assets.models import Background
from clients.api import errors, lists, requests
from clients.api.queries import Query
from clients.api.serializers import StrictCharField
from clients.models import Capability


class BackgroundQuery(lists.ListQuery):
    status = serializers.ChoiceField(
        Background.Status.choices,
        required=False,
        help_text="Only those that can, or can no longer, be named in a request.",
    )
    scene_type = StrictCharField(required=False, help_text="Only those of this `scene_type`.")


class BackgroundSpec(serializers.Serializer[Any]):
    display_name = serializers.CharField(help_text="A name for people.")
    scene_type = serializers.CharField(help_text="What it shows, such as `table`.")
    mood = serializers.CharField(help_text="Such as `bright`.")
    dominant_colors = serializers.ListField(child=serializers.CharField(), help_text="#rrggbb, most first.")
    metadata = serializers.DictField(help_text="Whatever its maker noted.")


class CatalogBackground(serializers.Serializer[Any]):
    public_id = serializers.CharField(help_text="For `background_image_public_id` of a workflow.")
    image_url = serializers.URLField(help_text="Signed GET, valid for five minutes.")
    status = serializers.ChoiceField(
        Background.Status.choices, help_text="Only `active` ones can be named in a request."
    )
    spec = BackgroundSpec(help_text="What the backdrop was made from.")
    description = serializers.CharField(help_text="A sentence for people.")
    generation_job_public_id = serializers.CharField(allow_null=True, help_text="The job that made it.")
    created_at = serializers.DateTimeField()


class BackgroundList(serializers.Serializer[Any]):
    backgrounds = CatalogBackground(many=True, help_text="One page, newest first.")
    next_cursor = serializers.CharField(allow_null=True)


class BackgroundListView(APIView):
    capability = Capability.JOBS_READ

    @extend_schema(
        operation_id="list_backgrounds",
        tags=["catalog"],
        summary="List backgrounds, newest first",
        description="The shared backgrounds, and those that this client's own jobs made.",
        parameters=[BackgroundQuery],
        responses=BackgroundList,
    )
    def get(self, request: Request) -> Response:
        query = BackgroundQuery.of(request)
        wanted = {name: query[name] for name in ("status", "scene_type") if name in query}
        rows = Background.objects.for_client(requests.caller(request)).filter(**wanted)
        return Response(lists.present("backgrounds", rows, query, _present))


class BackgroundView(APIView):
    capability = Capability.JOBS_READ

    @extend_schema(
        operation_id="get_background",
        tags=["catalog"],
        summary="Get a background",
        description="Archived ones can still be read: older jobs name them.",
        responses=CatalogBackground,
    )
    def get(self, request: Request, public_id: str) -> Response:
        Query.of(request)
        found = backgrounds.find(requests.caller(request), public_id)
        if found is None:
            raise errors.ResourceNotFound("No background that you can see has this id.")
        return Response(_present(found))


def _present(background: Background) -> dict[str, Any]:
    spec = ("display_name", "scene_type", "mood", "dominant_colors", "metadata")
    return {
        "public_id": background.id,
        "image_url": storage.signed_get_url(background.key, settings.CLIENT_URL_LIFETIME),
        "status": background.status,
        "spec": {name: getattr(background, name) for name in spec},
        "description": background.description,
        "generation_job_public_id": background.generation_job_id,
        "created_at": background.created_at,
    }
