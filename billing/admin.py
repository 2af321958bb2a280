"""The book, for staff: credits move here only by `ledger.grant`."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
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
from clients.admin import cells, pages

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
        help_text="What the credits are for, such as an invoice number. Each source is granted once to an account.",
        widget=UnfoldAdminTextInputWidget,
    )
    description = forms.CharField(
        max_length=500,
        help_text="The reason. Stands in the ledger for good; the client can read it.",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )


def entries_table(entries: Iterable[LedgerEntry]) -> dict[str, Any]:
    """Ledger entries as `admin/table.html` shows them; select `created_by` and `approved_by` with them."""
    return {
        "headers": ("When (UTC)", "Kind", "Amount", "Balance after", "Job", "Source or reason", "By"),
        "rows": [
            (
                cells.moment(entry.created_at),
                kind(entry),
                cells.credits(entry.amount, signed=True),
                cells.credits(entry.balance_after),
                job(entry),
                why(entry),
                who(entry),
            )
            for entry in entries
        ],
        "empty": "No entries yet.",
    }


def kind(entry: LedgerEntry) -> SafeString:
    return cells.badge(entry.get_kind_display(), KIND_TONES[entry.kind])


def job(entry: LedgerEntry) -> SafeString | str:
    return cells.ulid_link("workflows_job_change", entry.job_id)


def why(entry: LedgerEntry) -> SafeString:
    return cells.clip(" · ".join(part for part in (entry.source, entry.description) if part))


def who(entry: LedgerEntry) -> SafeString:
    people = [str(person) for person in (entry.created_by, entry.approved_by) if person]
    return cells.clip(", approved by ".join(people) or "the gateway")


@admin.register(CreditAccount)
class CreditAccountAdmin(pages.ReadOnlyPage):
    list_display = (
        "client_link",
        "mode_badge",
        "balance_cell",
        "in_flight_cell",
        "open_jobs",
        "entries_link",
    )
    list_filter = ("livemode",)
    list_select_related = ("client",)
    search_fields = ("client__name",)
    search_help_text = "Client"
    actions_detail = ("grant",)
    actions_row = ("grant",)
    change_form_after_template = "admin/latest_entries.html"
    fieldsets = (
        (None, {"fields": ("client_link", "mode_badge", "balance_cell", "in_flight_cell")}),
        ("Jobs", {"fields": ("open_jobs", "open_jobs_limit")}),
        ("Book", {"fields": ("seq", "head", "shown_id", "created_at")}),
    )
    readonly_fields = (
        "client_link",
        "mode_badge",
        "balance_cell",
        "in_flight_cell",
        "open_jobs",
        "open_jobs_limit",
        "seq",
        "head",
        "shown_id",
        "created_at",
    )

    @display(description="Client", ordering="client__name")
    def client_link(self, account: CreditAccount) -> SafeString:
        return cells.link("clients_client_change", account.client_id, cells.clip(account.client.name))

    @display(description="Mode", ordering="livemode")
    def mode_badge(self, account: CreditAccount) -> SafeString | str:
        return cells.mode(account.livemode)

    @display(description="Balance", ordering="balance")
    def balance_cell(self, account: CreditAccount) -> SafeString | str:
        return cells.credits(account.balance)

    @display(description="In flight", ordering="in_flight")
    def in_flight_cell(self, account: CreditAccount) -> SafeString | str:
        return cells.credits(account.in_flight)

    @display(description="Entries", ordering="seq")
    def entries_link(self, account: CreditAccount) -> SafeString:
        return cells.listing(
            "billing_ledgerentry_changelist", f"account__id__exact={account.id}", f"{account.seq:,}"
        )

    @display(description="Head of the hash chain")
    def head(self, account: CreditAccount) -> SafeString | str:
        return cells.code(bytes(account.head_hash).hex())

    @display(description="ULID")
    def shown_id(self, account: CreditAccount) -> SafeString | str:
        return cells.ulid(account.id)

    def has_grant_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("billing.add_ledgerentry")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        account = self.get_object(request, object_id)
        newest = LedgerEntry.objects.filter(account=account).select_related("created_by", "approved_by")
        latest = entries_table(newest.order_by("-seq")[:LATEST])
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
            submit="Grant",
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
    list_display = (
        "when",
        "account_link",
        "seq",
        "kind_badge",
        "amount_cell",
        "balance_cell",
        "job_link",
        "reason",
        "by",
    )
    list_filter = ("kind", "account__livemode")
    list_select_related = ("account__client", "created_by", "approved_by")
    search_fields = ("source",)
    search_help_text = "ULID of a job, client, or source of a grant"
    fieldsets = (
        (None, {"fields": ("when", "account_link", "seq", "kind_badge", "amount_cell", "balance_cell")}),
        ("Why", {"fields": ("source", "description", "by", "job_link", "request_link", "charge")}),
        ("Hash chain", {"fields": ("shown_hash",)}),
    )
    readonly_fields = (
        "when",
        "account_link",
        "seq",
        "kind_badge",
        "amount_cell",
        "balance_cell",
        "source",
        "description",
        "by",
        "job_link",
        "request_link",
        "charge",
        "shown_hash",
    )

    @display(description="When (UTC)")
    def when(self, entry: LedgerEntry) -> str:
        return cells.moment(entry.created_at)

    @display(description="Account")
    def account_link(self, entry: LedgerEntry) -> SafeString:
        return cells.link("billing_creditaccount_change", entry.account_id, cells.clip(str(entry.account)))

    @display(description="Kind")
    def kind_badge(self, entry: LedgerEntry) -> SafeString:
        return kind(entry)

    @display(description="Amount")
    def amount_cell(self, entry: LedgerEntry) -> SafeString | str:
        return cells.credits(entry.amount, signed=True)

    @display(description="Balance after")
    def balance_cell(self, entry: LedgerEntry) -> SafeString | str:
        return cells.credits(entry.balance_after)

    @display(description="Job")
    def job_link(self, entry: LedgerEntry) -> SafeString | str:
        return job(entry)

    @display(description="Request log")
    def request_link(self, entry: LedgerEntry) -> SafeString | str:
        return cells.ulid_link("workflows_requestlog_change", entry.request_id)

    @display(description="Source or reason")
    def reason(self, entry: LedgerEntry) -> SafeString:
        return why(entry)

    @display(description="By")
    def by(self, entry: LedgerEntry) -> SafeString:
        return who(entry)

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
