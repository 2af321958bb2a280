from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from clients import access
from clients.admin import api_keys, cells, columns, pages
from clients.models import ApiKey, Client

CREATED_AT = columns.at("created_at", "Created (UTC)")
SUSPENDED_AT = columns.at("suspended_at", "Suspended since (UTC)")
SUSPEND = (
    "Suspend",
    "Every call of this client is refused from now on. Accepted jobs go on, and are refunded if they fail.",
)
_RATE_LIMIT = (
    "A change holds from the next request on; what is over the limit is answered with 429. The defaults are "
    f"{settings.RATE_LIMIT_PER_SECOND or 'any number of'} requests per second and a burst of "
    f"{settings.RATE_LIMIT_BURST}."
)
UNSUSPEND = ("Lift the suspension", "The client's keys work again.")


class ApiKeyTable(pages.ReadOnlyTable):
    model = ApiKey
    verbose_name_plural = "API keys"
    fields = (
        "shown_key",
        columns.mode,
        columns.text("label", "Label"),
        "state_badge",
        columns.at("created_at", "Issued (UTC)"),
        columns.at("expires_at", "Expires (UTC)"),
    )
    readonly_fields = fields
    ordering = ("-id",)
    per_page = 20

    @display(description="Key")
    def shown_key(self, api_key: ApiKey) -> SafeString:
        return cells.link("clients_apikey_change", api_key.pk, cells.code(api_key.hint))

    @display(description="State")
    def state_badge(self, api_key: ApiKey) -> SafeString:
        return api_keys.state(api_key)


class SuspendedFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("active", "Active"), ("suspended", "Suspended")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Client]) -> QuerySet[Client]:
        if self.value() is None:
            return queryset
        return queryset.filter(suspended_at__isnull=self.value() == "active")


class ClientAdmin(pages.Page):
    """All of a client that this room knows; `config.admin` adds its credits and registers the page."""

    list_filter = (SuspendedFilter, "signature_required")
    search_fields = ("name",)
    search_help_text = "Name, or the client's ULID"
    actions = ("suspend_selected", "unsuspend_selected")
    actions_detail = ("issue_key", "suspend", "unsuspend")
    readonly_fields = (columns.ulid, "state_badge", SUSPENDED_AT, CREATED_AT, "prefixes")
    fieldsets = (
        (None, {"fields": ("name", columns.ulid, "state_badge", SUSPENDED_AT, CREATED_AT)}),
        ("Requests", {"fields": ("signature_required", "prefixes")}),
        ("Rate limit", {"fields": ("rate_limit_per_second", "rate_limit_burst"), "description": _RATE_LIMIT}),
    )
    inlines: tuple[type[pages.ReadOnlyTable], ...] = (ApiKeyTable,)

    @display(description="Client", ordering="name")
    def name_clip(self, client: Client) -> SafeString:
        return cells.clip(client.name)

    @display(description="State", ordering="suspended_at")
    def state_badge(self, client: Client) -> SafeString:
        return cells.badge("suspended", "bad") if client.suspended_at else cells.badge("active", "good")

    @display(description="Storage prefixes")
    def prefixes(self, client: Client) -> SafeString | str:
        return cells.lines(cells.code(client.storage_prefix(livemode=mode)) for mode in (True, False))

    def has_issue_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("clients.add_apikey")

    def has_suspend_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return self.has_change_permission(request) and not self._is_suspended(request, object_id)

    def has_unsuspend_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return self.has_change_permission(request) and self._is_suspended(request, object_id)

    @action(description="Issue key", permissions=["issue"], icon="key", variant=ActionVariant.PRIMARY)
    def issue_key(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect(reverse("admin:clients_apikey_add", query={"client": object_id}))

    @action(description="Suspend", permissions=["suspend"], icon="pause_circle", variant=ActionVariant.DANGER)
    def suspend(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._switch(request, object_id, access.suspend, "Suspended.", SUSPEND)

    @action(description="Lift suspension", permissions=["unsuspend"], icon="play_circle")
    def unsuspend(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._switch(request, object_id, access.unsuspend, "Suspension lifted.", UNSUSPEND)

    @action(description="Suspend", permissions=["change"])
    def suspend_selected(self, request: HttpRequest, queryset: QuerySet[Client]) -> None:
        self._switch_selected(request, queryset, access.suspend, "Suspended.")

    @action(description="Lift suspension", permissions=["change"])
    def unsuspend_selected(self, request: HttpRequest, queryset: QuerySet[Client]) -> None:
        self._switch_selected(request, queryset, access.unsuspend, "Suspension lifted.")

    def _is_suspended(self, request: HttpRequest, object_id: str | None) -> bool:
        client = self.get_object(request, object_id) if object_id else None
        return client is not None and client.suspended_at is not None

    def _switch(
        self, request: HttpRequest, object_id: str, verb: access.Switch, done: str, wording: tuple[str, str]
    ) -> HttpResponse:
        client = self.found(request, object_id)
        here = reverse("admin:clients_client_change", args=[client.pk])
        if request.method == "POST":
            self._switch_selected(request, [client], verb, done)
            return redirect(here)
        button, explain = wording
        return pages.form_page(
            self,
            request,
            forms.Form(),
            title=f"{button}: {client.name}",
            button=button,
            danger=verb is access.suspend,
            explain=explain,
            cancel_url=here,
        )

    def _switch_selected(
        self, request: HttpRequest, clients: Iterable[Client], verb: access.Switch, done: str
    ) -> None:
        for client in clients:
            with transaction.atomic():
                if verb(client):
                    self.log_change(request, client, done)
                    messages.success(request, f"{client.name}: {done}")
