from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from clients.admin import pages
from workflows.models import WorkflowSetting


@admin.register(WorkflowSetting)
class WorkflowSettingAdmin(pages.Page):
    """Price and switch of each workflow; which there are is decided in `workflows/definitions`."""

    list_display = ("name", "credits_cost", "enabled")
    readonly_fields = ("name",)
    fields = ("name", "credits_cost", "enabled")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
