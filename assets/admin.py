from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display

from assets import storage
from assets.models import Background, OutputPreset, Upload
from clients.admin import cells, pages


def thumbnail(key: str, alt: str) -> SafeString:
    return cells.picture(storage.pictures().signed_get_url(key, settings.CLIENT_URL_LIFETIME), alt)


@admin.register(Background)
class BackgroundAdmin(pages.Page):
    """Backgrounds come from `load_catalogue` and from jobs; staff describe and archive them."""

    list_display = (
        "preview",
        "name_clip",
        "status_badge",
        "scene_type",
        "mood",
        "swatches",
        "owner",
        "created_at",
    )
    list_display_links = ("preview", "name_clip")
    list_filter = ("status", "scene_type")
    list_select_related = ("client",)
    search_fields = ("display_name", "slug", "scene_type", "mood")
    fieldsets = (
        (None, {"fields": ("preview", "display_name", "status", "description")}),
        ("Spec", {"fields": ("scene_type", "mood", "swatches", "shown_metadata")}),
        ("Origin", {"fields": ("shown_id", "slug", "owner", "job_link", "shown_key", "created_at")}),
    )
    readonly_fields = (
        "preview",
        "swatches",
        "shown_metadata",
        "shown_id",
        "slug",
        "owner",
        "job_link",
        "shown_key",
        "created_at",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @display(description="Picture")
    def preview(self, background: Background) -> SafeString:
        return thumbnail(background.key, str(background))

    @display(description="Name", ordering="display_name")
    def name_clip(self, background: Background) -> SafeString:
        return cells.clip(str(background))

    @display(description="Status", ordering="status")
    def status_badge(self, background: Background) -> SafeString:
        tone = "good" if background.status == Background.Status.ACTIVE else "plain"
        return cells.badge(background.get_status_display(), tone)

    @display(description="Colours")
    def swatches(self, background: Background) -> SafeString | str:
        named = ((color, color) for color in background.dominant_colors)
        swatch = '<svg class="bo-swatch" role="img" aria-label="{}"><rect fill="{}" width="100%" height="100%"/></svg>'
        return format_html_join(" ", swatch, named) or cells.EMPTY

    @display(description="Metadata")
    def shown_metadata(self, background: Background) -> SafeString | str:
        return cells.pretty(background.metadata)

    @display(description="Owner")
    def owner(self, background: Background) -> SafeString | str:
        if background.client is None:
            return "shared by all"
        name = cells.link("clients_client_change", background.client_id, cells.clip(background.client.name))
        return format_html("{} {}", name, cells.mode(background.livemode))

    @display(description="ULID")
    def shown_id(self, background: Background) -> SafeString | str:
        return cells.ulid(background.id)

    @display(description="Made by job")
    def job_link(self, background: Background) -> SafeString | str:
        return cells.ulid_link("workflows_job_change", background.generation_job_id)

    @display(description="Storage key")
    def shown_key(self, background: Background) -> SafeString | str:
        return cells.code(background.key)


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
    def size(self, preset: OutputPreset) -> str:
        return f"{preset.width} × {preset.height}"

    @display(description="Padding")
    def padding(self, preset: OutputPreset) -> SafeString:
        return format_html(
            '<svg class="bo-swatch" role="img" aria-label="{0}"><rect fill="{0}" width="100%" height="100%"/></svg>',
            preset.padding_color,
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # The name is the key: jobs and clients know the preset by it.
        return ("name",) if obj else ()


@admin.register(Upload)
class UploadAdmin(pages.LongListPage):
    list_display = (
        "preview",
        "shown_id",
        "client_link",
        "mode_badge",
        "size",
        "format",
        "kilobytes",
        "created_at",
    )
    list_display_links = ("preview", "shown_id")
    list_filter = ("livemode", "format")
    list_select_related = ("client",)
    search_fields = ("client__name", "key")
    search_help_text = "ULID, client, or storage key"
    fieldsets = (
        (None, {"fields": ("preview", "shown_id", "client_link", "mode_badge", "created_at")}),
        ("Picture", {"fields": ("size", "format", "kilobytes", "sha256", "shown_key")}),
    )
    readonly_fields = (
        "preview",
        "shown_id",
        "client_link",
        "mode_badge",
        "created_at",
        "size",
        "format",
        "kilobytes",
        "sha256",
        "shown_key",
    )

    @display(description="Picture")
    def preview(self, upload: Upload) -> SafeString:
        return thumbnail(upload.key, "Source image")

    @display(description="ULID")
    def shown_id(self, upload: Upload) -> SafeString | str:
        return cells.ulid(upload.id)

    @display(description="Client")
    def client_link(self, upload: Upload) -> SafeString:
        return cells.link("clients_client_change", upload.client_id, cells.clip(upload.client.name))

    @display(description="Mode")
    def mode_badge(self, upload: Upload) -> SafeString | str:
        return cells.mode(upload.livemode)

    @display(description="Size")
    def size(self, upload: Upload) -> str:
        return f"{upload.width} × {upload.height}"

    @display(description="File")
    def kilobytes(self, upload: Upload) -> str:
        return f"{upload.bytes / 1024:,.0f} KB"

    @display(description="Storage key")
    def shown_key(self, upload: Upload) -> SafeString | str:
        return cells.code(upload.key)
