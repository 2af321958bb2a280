from collections.abc import Iterator
from typing import Any

from clients.api.errors import Fault
from clients.api.serializers import StrictCharField, StrictSerializer
from clients.callers import Caller
from studio_client import Picture
from workflows.definitions import inputs
from workflows.definitions.base import Asked, Link, Workflow


class BackgroundSwapWithImageRequest(StrictSerializer):
    """POST /v1/background-swap-with-image — swap to a catalog background."""

    source_image_s3_key = StrictCharField(
        required=False,
        allow_null=True,
        max_length=1024,
        label="Source Image S3 Key",
        help_text=(
            "`upload_key` of an upload, or the key of an object under your own storage prefix. "
            "Used as the picture where both sources are given. "
            "With a test key `{your test storage prefix}magic/NAME` rehearses an outcome: `success`, "
            "`no_subject`, `hang` and others, which a 422 for an unknown NAME lists."
        ),
    )
    source_render_public_id = StrictCharField(
        required=False,
        allow_null=True,
        label="Source Render Public Id",
        help_text="A finished render of yours.",
    )
    background_image_public_id = StrictCharField(
        label="Background Image Public Id",
        help_text="`public_id` of an active entry of `GET /v1/catalog/backgrounds`.",
    )
    output_preset = StrictCharField(
        label="Output Preset", help_text="`name` of an active preset of `GET /v1/output-presets`."
    )
    pilot_brand = StrictCharField(
        required=False,
        allow_null=True,
        allow_blank=True,
        label="Pilot Brand",
        help_text="A label to file the work under.",
    )

    def faults_of_whole(self) -> Iterator[Fault]:
        sources = ("source_image_s3_key", "source_render_public_id")
        if all(self.initial_data.get(source) is None for source in sources):
            yield Fault(("body",), f"Give at least one of {' and '.join(sources)}", "value_error")


class BackgroundSwapWithImage(Workflow):
    name = "background-swap-with-image"
    op_class = "compose"
    default_cost = 5
    summary = "Dispatch a background-swap (with image) workflow"
    description = "Cuts the subject out of the source image and places it on a background of the catalogue."
    request = BackgroundSwapWithImageRequest

    def freeze(self, caller: Caller, asked: dict[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
        source, source_faults = inputs.source(caller, asked)
        background, background_faults = inputs.background(caller, asked)
        output, output_faults = inputs.output(asked)
        frozen = {"source": source, "background": background, "output": output}
        return frozen, [*source_faults, *background_faults, *output_faults]

    def ask(self, frozen: dict[str, Any], link: Link) -> Asked:
        source, source_ref = inputs.picture(frozen["source"], link)
        background = frozen["background"]
        return Asked(
            source=source,
            background=Picture(link(background["key"]), background["sha256"]),
            source_ref=source_ref,
            background_ref=background["key"],
        )


WORKFLOW = BackgroundSwapWithImage()
