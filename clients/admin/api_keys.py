from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from clients import access, models
from clients.admin import cells, columns, pages
from clients.admin.forms import IssueKeyForm
from clients.models import ApiKey

ISSUED_AT = columns.at("created_at", "Issued (UTC)")
EXPIRES_AT = columns.at("expires_at", "Expires (UTC)")
REVOKED_AT = columns.at("revoked_at", "Revoked (UTC)")


class KeyStateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("active", "Active"), ("expired", "Expired"), ("revoked", "Revoked")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> QuerySet[ApiKey]:
        expired = Q(expires_at__lte=timezone.now())
        match self.value():
            case "active":
                return queryset.filter(~expired | Q(expires_at=None), revoked_at=None)
            case "expired":
                return queryset.filter(expired, revoked_at=None)
            case "revoked":
                return queryset.exclude(revoked_at=None)
        return queryset


def state(api_key: ApiKey) -> SafeString:
    if api_key.revoked_at:
        return cells.badge("revoked", "bad")
    if api_key.expires_at and api_key.expires_at <= timezone.now():
        return cells.badge("expired", "warn")
    return cells.badge("active", "good")


@admin.register(ApiKey)
class ApiKeyAdmin(pages.Page):
    list_display = (
        "shown_key",
        columns.client,
        columns.mode,
        columns.text("label", "Label"),
        "state_badge",
        ISSUED_AT,
        EXPIRES_AT,
    )
    list_filter = (KeyStateFilter, "livemode")
    list_select_related = ("client",)
    search_fields = ("hint", "label", "client__name")
    search_help_text = "Client, label, or the end of a key"
    actions_detail = ("revoke",)
    fieldsets = (
        (None, {"fields": ("shown_key", columns.client, columns.mode, "label", "state_badge", "may")}),
        ("Times", {"fields": (ISSUED_AT, EXPIRES_AT, REVOKED_AT)}),
    )
    readonly_fields = (
        "shown_key",
        columns.client,
        columns.mode,
        "state_badge",
        "may",
        ISSUED_AT,
        EXPIRES_AT,
        REVOKED_AT,
    )

    @display(description="Key", ordering="id")
    def shown_key(self, api_key: ApiKey) -> SafeString | str:
        return cells.code(api_key.hint)

    @display(description="State")
    def state_badge(self, api_key: ApiKey) -> SafeString:
        return state(api_key)

    @display(description="Capabilities")
    def may(self, api_key: ApiKey) -> SafeString | str:
        return cells.lines(cells.code(name) for name in api_key.capabilities)

    def has_revoke_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        api_key = self.get_object(request, object_id) if object_id else None
        return self.has_change_permission(request) and (api_key is None or api_key.revoked_at is None)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = IssueKeyForm(request.POST or None, initial=self.get_changeform_initial_data(request))
        if not (request.method == "POST" and form.is_valid()):
            return pages.form_page(
                self,
                request,
                form,
                title="Issue an API key",
                button="Issue key",
                explain="The key is shown once, on the next page. Only its fingerprint is stored.",
                cancel_url=reverse("admin:clients_apikey_changelist"),
            )
        with transaction.atomic():
            api_key, secret = models.issue_key(**form.cleaned_data)
            self.log_addition(request, api_key, f"Issued {api_key.hint}.")
        return pages.secrets_page(
            self,
            request,
            title=f"API key of {api_key.client.name}",
            secrets={f"{api_key.mode.capitalize()} key": secret},
            next_url=reverse("admin:clients_apikey_change", args=[api_key.pk]),
        )

    @action(description="Revoke", permissions=["revoke"], icon="block", variant=ActionVariant.DANGER)
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        api_key = self.found(request, object_id)
        here = reverse("admin:clients_apikey_change", args=[api_key.pk])
        if request.method != "POST":
            return pages.form_page(
                self,
                request,
                forms.Form(),
                title=f"Revoke {api_key.hint}?",
                button="Revoke for good",
                danger=True,
                explain="The next request with this key is refused. A revoked key can't be brought back.",
                facts=[("Client", api_key.client.name), ("Mode", api_key.mode), ("Label", api_key.label)],
                cancel_url=here,
            )
        with transaction.atomic():
            if access.revoke(api_key):
                self.log_change(request, api_key, "Revoked.")
                messages.success(request, f"{api_key.hint} is revoked.")
        return redirect(here)
