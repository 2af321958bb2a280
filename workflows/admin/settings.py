from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline

from clients.admin import pages
from workflows import definitions, terms
from workflows.models import PriceChange, WorkflowSetting


class PriceChangeInline(TabularInline):
    """The history of a workflow's price, and the next change; what stands is never edited."""

    model = PriceChange
    fields = ("credits_cost", "effective_from", "announced")
    readonly_fields = ("announced",)
    extra = 0
    max_num = None
    verbose_name = "price change"
    hide_title = True

    @admin.display(description="Announced")
    def announced(self, change: PriceChange) -> str:
        if change.pk is None:
            return f"at least {PriceChange.NOTICE.seconds // 60} minutes before"
        return f"{change.created_at:%Y-%m-%d %H:%M:%S} by {change.created_by}"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[PriceChange]:
        return super().get_queryset(request).select_related("created_by")


@admin.register(WorkflowSetting)
class WorkflowSettingAdmin(pages.Page):
    """Price and switch of each workflow; which there are is decided in `workflows/definitions`."""

    list_display = ("name", "price", "price_holds_until", "enabled")
    readonly_fields = ("name", "price", "price_holds_until")
    fields = ("name", "enabled", "price", "price_holds_until")
    inlines = (PriceChangeInline,)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="Price now, in credits")
    def price(self, setting: WorkflowSetting) -> int:
        return self._terms(setting).credits_cost

    @admin.display(description="Holds at least until")
    def price_holds_until(self, setting: WorkflowSetting) -> str:
        return f"{self._terms(setting).price_holds_until:%Y-%m-%d %H:%M:%S}"

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for row in formset.save(commit=False):
            row.created_by = request.user
            row.save(force_insert=True)

    @staticmethod
    def _terms(setting: WorkflowSetting) -> terms.Terms:
        return terms.terms(definitions.ALL[setting.name])
