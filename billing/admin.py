"""The book, for staff: credits move here only by `ledger.grant`."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import label_for_field
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from billing import ledger
from billing.models import CreditAccount, LedgerEntry
from clients import ulids
from clients.admin import cells, columns, pages

# A slip of the finger should be refused; more than this is several grants.
LARGEST_GRANT = 1_000_000
LATEST = 15
KIND_TONES = {"GRANT": "good", "CHARGE": "plain", "REFUND": "info", "ADJUSTMENT": "warn"}


class GrantForm(forms.Form):
    """The arguments of `ledger.grant`."""

    credits = forms.IntegerField(
        min_value=1,
        max_value=LARGEST_GRANT,
        help_text=f"1 to {LARGEST_GRANT:,}.",
        widget=UnfoldAdminIntegerFieldWidget,
    )
    source = forms.CharField(
        max_length=120,
        help_text="What is paid for, such as an invoice number. An account is granted each source once.",
        widget=UnfoldAdminTextInputWidget,
    )
    description = forms.CharField(
        max_length=500,
        help_text="The reason. Stands in the ledger for good; the client can read it.",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )


BALANCE = columns.credits("balance", "Balance")
IN_FLIGHT = columns.credits("in_flight", "In flight")
BALANCE_AFTER = columns.credits("balance_after", "Balance after")
AMOUNT = columns.credits("amount", "Amount", signed=True)
WHEN = columns.at("created_at", "When (UTC)")


@display(description="Kind")
def kind(entry: LedgerEntry) -> SafeString:
    return cells.badge(entry.get_kind_display(), KIND_TONES[entry.kind])


@display(description="Source or reason")
def why(entry: LedgerEntry) -> SafeString:
    return cells.clip(" · ".join(part for part in (entry.source, entry.description) if part))


@display(description="By")
def who(entry: LedgerEntry) -> SafeString:
    people = [str(person) for person in (entry.created_by, entry.approved_by) if person]
    return cells.clip(", approved by ".join(people) or "the gateway")


def entries_table(entries: QuerySet[LedgerEntry]) -> dict[str, Any]:
    """Ledger entries as `admin/table.html` shows them."""
    shown = (WHEN, kind, AMOUNT, BALANCE_AFTER, columns.job, why, who)
    return {
        "headers": [label_for_field(column, LedgerEntry) for column in shown],
        "rows": [
            [column(entry) for column in shown]
            for entry in entries.select_related("created_by", "approved_by")
        ],
        "empty": "No entries yet.",
    }


@admin.register(CreditAccount)
class CreditAccountAdmin(pages.ReadOnlyPage):
    list_display = (
        columns.client_name,
        columns.mode,
        BALANCE,
        IN_FLIGHT,
        "open_jobs",
        "entries_link",
    )
    list_filter = ("livemode",)
    list_select_related = ("client",)
    search_fields = ("client__name",)
    search_help_text = "Client, or the account's ULID"
    actions_detail = ("grant",)
    actions_row = ("grant",)
    change_form_after_template = "admin/latest_entries.html"
    fieldsets = (
        (None, {"fields": (columns.client, columns.mode, BALANCE, IN_FLIGHT)}),
        ("Jobs", {"fields": ("open_jobs", "open_jobs_limit")}),
        (
            "Book",
            {"fields": ("entries_link", "head", columns.ulid, columns.at("created_at", "Opened (UTC)"))},
        ),
    )

    @display(description="Entries", ordering="seq")
    def entries_link(self, account: CreditAccount) -> SafeString:
        of_account = f"account__id__exact={account.id}"
        return cells.listing("billing_ledgerentry_changelist", of_account, f"{account.seq:,}")

    @display(description="Head of the hash chain")
    def head(self, account: CreditAccount) -> SafeString | str:
        return cells.code(bytes(account.head_hash).hex())

    def has_grant_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("billing.add_ledgerentry")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        account = self.get_object(request, object_id)
        latest = entries_table(LedgerEntry.objects.filter(account=account).order_by("-seq")[:LATEST])
        return super().change_view(request, object_id, form_url, {"latest": latest})

    @action(
        description="Grant credits", permissions=["grant"], icon="add_card", variant=ActionVariant.PRIMARY
    )
    def grant(self, request: HttpRequest, object_id: str) -> HttpResponse:
        account = self.found(request, object_id)
        here = reverse("admin:billing_creditaccount_change", args=[account.pk])
        form = GrantForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and self._grant(request, account, form):
            return redirect(here)
        return pages.form_page(
            self,
            request,
            form,
            title="Grant credits",
            button="Grant",
            explain="A grant is one ledger entry. It can't be edited or deleted.",
            facts=[
                ("Client", account.client.name),
                ("Mode", "live" if account.livemode else "test"),
                ("Balance", f"{account.balance:,}"),
            ],
            cancel_url=here,
        )

    def _grant(self, request: HttpRequest, account: CreditAccount, form: GrantForm) -> bool:
        credits, source = form.cleaned_data["credits"], form.cleaned_data["source"]
        try:
            with transaction.atomic():
                posted = ledger.grant(account, by=request.user, **form.cleaned_data)
                self.log_change(request, account, f"Granted {credits:,} credits for {source}.")
        except IntegrityError as error:
            if ledger.constraint_of(error) != "ledger_entry_grant_source_once":
                raise
            form.add_error("source", "Credits were granted to this account for this source before.")
            return False
        messages.success(request, f"Granted {credits:,} credits. The balance is {posted.balance_after:,}.")
        return True


@admin.register(LedgerEntry)
class LedgerEntryAdmin(pages.LongListPage):
    list_display = (WHEN, "account_link", "seq", kind, AMOUNT, BALANCE_AFTER, columns.job, why, who)
    list_filter = ("kind", "account__livemode")
    list_select_related = ("account__client", "created_by", "approved_by")
    search_fields = ("source",)
    search_help_text = "ULID of a job, client, or source of a grant"
    fieldsets = (
        (None, {"fields": (WHEN, "account_link", "seq", kind, AMOUNT, BALANCE_AFTER)}),
        ("Why", {"fields": ("source", "description", who, columns.job, "request_link", "charge")}),
        ("Hash chain", {"fields": ("shown_hash",)}),
    )

    @display(description="Account")
    def account_link(self, entry: LedgerEntry) -> SafeString:
        name = cells.clip(entry.account.client.name)
        account = cells.link("billing_creditaccount_change", entry.account_id, name)
        return cells.stack(account, cells.mode(entry.account.livemode))

    @display(description="Request log")
    def request_link(self, entry: LedgerEntry) -> SafeString | str:
        return cells.ulid_link("workflows_requestlog_change", entry.request_id)

    @display(description="SHA-256")
    def shown_hash(self, entry: LedgerEntry) -> SafeString | str:
        return cells.code(bytes(entry.hash).hex())

    def rows_of(self, queryset: QuerySet[LedgerEntry], ulid: str) -> QuerySet[LedgerEntry]:
        return queryset.filter(job_id=ulid)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[LedgerEntry], search_term: str
    ) -> tuple[QuerySet[LedgerEntry], bool]:
        text = search_term.strip()
        if not text or ulids.is_valid(text.upper()):
            return super().get_search_results(request, queryset, search_term)
        accounts = CreditAccount.objects.filter(client__name__icontains=text).values("pk")
        return queryset.filter(Q(account__in=accounts) | Q(kind="GRANT", source__icontains=text)), False
