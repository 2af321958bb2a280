"""The pages of the back office that need more than one room: clients with their credits, and staff."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from billing.models import CreditAccount
from clients.admin import ClientAdmin, cells, columns, pages
from clients.admin.clients import CREATED_AT
from clients.admin.forms import AddClientForm
from clients.models import Client
from config import onboarding

admin.site.disable_action("delete_selected")
admin.site.unregister((Group, User))


class CreditAccountTable(pages.ReadOnlyTable):
    model = CreditAccount
    verbose_name_plural = "Credit accounts"
    fields = (
        columns.mode,
        "balance_link",
        columns.credits("in_flight", "In flight"),
        "open_jobs",
        "open_jobs_limit",
    )
    readonly_fields = fields

    @display(description="Balance")
    def balance_link(self, account: CreditAccount) -> SafeString:
        return cells.link("billing_creditaccount_change", account.pk, cells.credits(account.balance))


@admin.register(Client)
class ClientWithCreditsAdmin(ClientAdmin):
    list_display = ("name_clip", "live_balance", "test_balance", "state_badge", CREATED_AT)
    inlines = (CreditAccountTable, *ClientAdmin.inlines)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Client]:
        clients: QuerySet[Client] = super().get_queryset(request)
        return clients.prefetch_related("credit_accounts")

    @display(description="Live credits")
    def live_balance(self, client: Client) -> SafeString | str:
        return _balance(client, livemode=True)

    @display(description="Test credits")
    def test_balance(self, client: Client) -> SafeString | str:
        return _balance(client, livemode=False)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = AddClientForm(request.POST or None)
        if not (request.method == "POST" and form.is_valid()):
            return pages.form_page(
                self,
                request,
                form,
                title="Add a client",
                button="Add client",
                explain=f"The client gets two credit accounts, the live one empty, the test one with "
                f"{onboarding.FIRST_TEST_CREDITS:,} test credits, two API keys and a signing secret. "
                "The secrets are shown once, on the next page.",
                cancel_url=reverse("admin:clients_client_changelist"),
            )
        with transaction.atomic():
            made = onboarding.create_client(form.cleaned_data["name"])
            self.log_addition(request, made.client, "Added with its accounts and keys.")
        return pages.secrets_page(
            self,
            request,
            title=f"Secrets of {made.client.name}",
            secrets={
                "Live key": made.api_key,
                "Test key": made.test_api_key,
                "Signing secret": made.signing_secret,
            },
            next_url=reverse("admin:clients_client_change", args=[made.client.pk]),
        )


def _balance(client: Client, *, livemode: bool) -> SafeString | str:
    return cells.lines(
        cells.link("billing_creditaccount_change", account.pk, cells.credits(account.balance))
        for account in client.credit_accounts.all()
        if account.livemode is livemode
    )


class SuperusersOnly(pages.Page):
    """Whoever can change staff or groups can give themselves any right."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_superuser(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_superuser(request)


def _is_superuser(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_superuser)


if TYPE_CHECKING:
    _UserAdmin = UserAdmin[User]
else:
    _UserAdmin = UserAdmin


@admin.register(User)
class StaffAdmin(_UserAdmin, SuperusersOnly):
    """Accounts are switched off (`is_active`), not deleted: the ledger and the log name them."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "first_name", "last_name", "is_active", "is_superuser", "last_login")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.save()


@admin.register(Group)
class StaffGroupAdmin(GroupAdmin, SuperusersOnly):
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.save()
