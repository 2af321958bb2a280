from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from assets import storage
from assets.models import Background, OutputPreset, Upload
from clients.admin import cells, columns, pages

CREATED_AT = columns.at("created_at", "Created (UTC)")


@display(description="Picture")
def picture(row: Background | Upload) -> SafeString:
    key = row.place if isinstance(row, Upload) else row.key
    url = storage.pictures().signed_get_url(key, settings.CLIENT_URL_LIFETIME)
    return cells.picture(url, f"Picture of {row}")


@admin.register(Background)
class BackgroundAdmin(pages.Page):
    """Backgrounds come from `load_catalogue` and from jobs; staff describe and archive them."""

    list_display = (picture, "name", "state", "scene_type", "mood", "swatches", "owner")
    list_display_links = (picture, "name")
    list_filter = ("status", "scene_type")
    list_select_related = ("client",)
    search_fields = ("display_name", "slug", "scene_type", "mood")
    search_help_text = "ULID, name, scene type or mood"
    readonly_fields = (
        picture,
        "swatches",
        "shown_metadata",
        columns.ulid,
        "slug",
        "owner",
        "made_by",
        columns.storage_key,
        CREATED_AT,
    )
    fieldsets = (
        (None, {"fields": (picture, "display_name", "status", "description")}),
        ("Spec", {"fields": ("scene_type", "mood", "swatches", "shown_metadata")}),
        ("Origin", {"fields": (columns.ulid, "slug", "owner", "made_by", columns.storage_key, CREATED_AT)}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @display(description="Name", ordering="display_name")
    def name(self, background: Background) -> SafeString:
        return cells.clip(str(background))

    @display(description="Status", ordering="status")
    def state(self, background: Background) -> SafeString:
        tone = "good" if background.status == Background.Status.ACTIVE else "plain"
        return cells.badge(background.get_status_display(), tone)

    @display(description="Colours")
    def swatches(self, background: Background) -> SafeString | str:
        return cells.swatches(background.dominant_colors)

    @display(description="Metadata")
    def shown_metadata(self, background: Background) -> SafeString | str:
        return cells.pretty(background.metadata)

    @display(description="Owner")
    def owner(self, background: Background) -> SafeString | str:
        return "shared by all" if background.client is None else columns.client_and_mode(background)

    @display(description="Made by job")
    def made_by(self, background: Background) -> SafeString | str:
        return cells.ulid_link("workflows_job_change", background.generation_job_id)


@admin.register(OutputPreset)
class OutputPresetAdmin(pages.Page):
    list_display = ("name", "size", "fit", "format", "quality", "padding", "position", "active")
    list_editable = ("position", "active")
    list_filter = ("active", "format")
    fieldsets = (
        (None, {"fields": ("name", "active", "position")}),
        ("Picture", {"fields": (("width", "height"), "fit", "padding_color", ("format", "quality"))}),
    )

    @display(description="Size", ordering="width")
    def size(self, preset: OutputPreset) -> SafeString:
        return _size(preset.width, preset.height)

    @display(description="Padding")
    def padding(self, preset: OutputPreset) -> SafeString | str:
        return cells.swatches([preset.padding_color])

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # The name is the key: jobs and clients know the preset by it.
        return ("name",) if obj else ()


@admin.register(Upload)
class UploadAdmin(pages.LongListPage):
    list_display = (picture, columns.ulid_and_time, columns.client_and_mode, "size", "format", "file_size")
    list_display_links = (picture, columns.ulid_and_time)
    list_filter = ("livemode", "format")
    list_select_related = ("client",)
    search_fields = ("client__name", "key")
    search_help_text = "ULID, client, or storage key"
    fieldsets = (
        (None, {"fields": (picture, columns.ulid, columns.client, columns.mode, CREATED_AT)}),
        ("File", {"fields": ("size", "format", "file_size", "checksum", columns.storage_key)}),
    )

    @display(description="Size")
    def size(self, upload: Upload) -> SafeString:
        return _size(upload.width, upload.height)

    @display(description="File")
    def file_size(self, upload: Upload) -> str:
        return f"{upload.bytes / 1024:,.0f} KB"

    @display(description="SHA-256")
    def checksum(self, upload: Upload) -> SafeString | str:
        return cells.code(upload.sha256)


def _size(width: int, height: int) -> SafeString:
    return format_html('<span class="bo-number">{} × {}</span>', width, height)
