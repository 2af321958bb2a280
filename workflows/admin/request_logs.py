from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from clients import ulids
from clients.admin import cells, pages
from clients.models import Client
from workflows.admin import filters
from workflows.models import Job, RequestLog


@admin.register(RequestLog)
class RequestLogAdmin(pages.LongListPage):
    list_display = (
        "shown_id",
        "when",
        "client_link",
        "mode_badge",
        "asked",
        "answer",
        "shown_error",
        "charged",
        "took",
        "job_link",
    )
    list_filter = (
        filters.WhenFilter,
        filters.AnswerFilter,
        filters.ErrorCodeFilter,
        filters.ModeFilter,
        filters.WorkflowFilter,
        filters.ClientFilter,
    )
    list_select_related = ("client",)
    search_fields = ("client__name",)
    search_help_text = "ULID of a request or a job, or a client"
    fieldsets = (
        (None, {"fields": ("shown_id", "when", "client_link", "mode_badge", "key_link")}),
        ("Answer", {"fields": ("answer", "shown_error", "error_message", "charged", "took", "job_link")}),
        ("Request", {"fields": ("asked", "workflow", "shown_key", "replayed", "shown_body")}),
    )
    readonly_fields = (
        "shown_id",
        "when",
        "client_link",
        "mode_badge",
        "key_link",
        "answer",
        "shown_error",
        "error_message",
        "charged",
        "took",
        "job_link",
        "asked",
        "workflow",
        "shown_key",
        "replayed",
        "shown_body",
    )

    @display(description="Request")
    def shown_id(self, row: RequestLog) -> SafeString | str:
        return cells.ulid(row.id)

    @display(description="When (UTC)")
    def when(self, row: RequestLog) -> str:
        return cells.moment(row.created_at)

    @display(description="Client")
    def client_link(self, row: RequestLog) -> SafeString:
        return cells.link("clients_client_change", row.client_id, cells.clip(row.client.name))

    @display(description="Mode")
    def mode_badge(self, row: RequestLog) -> SafeString | str:
        return cells.mode(row.livemode)

    @display(description="API key")
    def key_link(self, row: RequestLog) -> SafeString:
        return cells.link("clients_apikey_change", row.api_key_id, cells.code(row.api_key.hint))

    @display(description="Request line")
    def asked(self, row: RequestLog) -> SafeString:
        return format_html("<b>{}</b> {}", row.method, cells.clip(row.path))

    @display(description="HTTP")
    def answer(self, row: RequestLog) -> SafeString:
        return cells.badge(row.status, http_tone(row.status))

    @display(description="Error")
    def shown_error(self, row: RequestLog) -> SafeString | str:
        return cells.code(row.error_code)

    @display(description="Credits")
    def charged(self, row: RequestLog) -> SafeString | str:
        return cells.credits(row.credits)

    @display(description="Took")
    def took(self, row: RequestLog) -> str:
        return cells.milliseconds(row.duration_ms)

    @display(description="Job")
    def job_link(self, row: RequestLog) -> SafeString | str:
        return cells.ulid_link("workflows_job_change", row.job_id)

    @display(description="Idempotency-Key")
    def shown_key(self, row: RequestLog) -> SafeString | str:
        return cells.code(row.idempotency_key)

    @display(description="Body")
    def shown_body(self, row: RequestLog) -> SafeString | str:
        """A refused request's own; what an accepted one asked for stands in its job."""
        if row.body is None and row.job_id is not None:
            return cells.pretty(Job.objects.filter(pk=row.job_id).values_list("request", flat=True).first())
        return cells.pretty(row.body)

    def rows_of(self, queryset: QuerySet[RequestLog], ulid: str) -> QuerySet[RequestLog]:
        # Through the job's row: request logs have no index on their job.
        of_job = Job.objects.filter(pk=ulid).values_list("request_id", flat=True)
        return queryset.filter(pk__in=[ulid, *of_job])

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[RequestLog], search_term: str
    ) -> tuple[QuerySet[RequestLog], bool]:
        return by_client_or_ulid(self, queryset, search_term), False


def by_client_or_ulid(page: pages.LongListPage, queryset: QuerySet[Any], search_term: str) -> QuerySet[Any]:
    """Names are looked for among the clients, which are few, and not in a join with every row."""
    text = search_term.strip()
    if not text:
        return queryset
    if ulids.is_valid(text.upper()):
        return page.rows_of(queryset, text.upper())
    return queryset.filter(client__in=list(Client.objects.filter(name__icontains=text)))


def http_tone(status: int) -> str:
    if status < 300:
        return "good"
    if status in (402, 429):
        return "warn"
    return "bad" if status >= 500 else "plain" if status < 400 else "warn"
