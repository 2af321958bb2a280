"""The sizes and formats in which pictures are delivered."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assets import presets
from assets.models import OutputPreset
from clients.api import lists

_FIELDS = ("name", "width", "height", "fit", "format", "quality", "padding_color")


class OutputPresetEntry(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="For `output_preset` of a workflow.")
    width = serializers.IntegerField(help_text="Pixels.")
    height = serializers.IntegerField(help_text="Pixels.")
    fit = serializers.ChoiceField(
        OutputPreset.Fit.choices,
        help_text="`cover` fills the frame, `contain` and `pad` keep all of the picture in it.",
    )
    format = serializers.ChoiceField(OutputPreset.Format.choices, help_text="File format.")
    quality = serializers.IntegerField(help_text="1 to 100; of the encoder.")
    padding_color = serializers.CharField(
        help_text="#rrggbb; what surrounds the picture where `fit` is `pad`."
    )


class OutputPresetList(serializers.Serializer[Any]):
    output_presets = OutputPresetEntry(many=True, help_text="One page, in the order that staff gave them.")
    next_cursor = serializers.CharField(allow_null=True)


class OutputPresetListView(APIView):
    capability = None

    @extend_schema(
        operation_id="list_output_presets",
        tags=["catalog"],
        summary="List output presets",
        description="The active ones, in the order of their use; unlike other lists not by age.",
        parameters=[lists.NameListQuery],
        responses=OutputPresetList,
    )
    def get(self, request: Request) -> Response:
        query = lists.NameListQuery.of(request)
        rows = [_present(preset) for preset in presets.all_active()]
        return Response(lists.present_named("output_presets", rows, query))


def _present(preset: OutputPreset) -> dict[str, Any]:
    return {name: getattr(preset, name) for name in _FIELDS}
