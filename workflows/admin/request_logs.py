from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from clients import ulids
from clients.admin import cells, columns, pages
from clients.models import Client
from workflows.admin import filters
from workflows.models import Job, RequestLog

WHEN = columns.at("created_at", "When (UTC)")
CHARGED = columns.credits("credits", "Credits")


@admin.register(RequestLog)
class RequestLogAdmin(pages.LongListPage):
    list_display = (
        columns.ulid_and_time,
        columns.client_and_mode,
        "asked",
        "answer",
        "credits_and_time",
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
        (None, {"fields": (columns.ulid, WHEN, columns.client, columns.mode, columns.api_key)}),
        ("Answer", {"fields": ("answer", "error_message", CHARGED, "took")}),
        ("Request", {"fields": ("asked", "workflow", "shown_key", "replayed", "shown_body")}),
    )

    @display(description="Request")
    def asked(self, row: RequestLog) -> SafeString:
        return format_html('<span class="bo-one-line">{} {}</span>', row.method, cells.clip(row.path))

    @display(description="Answer")
    def answer(self, row: RequestLog) -> SafeString:
        """The status, and what came of it: an error or a job."""
        outcome = cells.code(row.error_code) if row.error_code else columns.job(row)
        return cells.stack(cells.badge(row.status, http_tone(row.status)), outcome)

    @display(description="Credits, time")
    def credits_and_time(self, row: RequestLog) -> SafeString:
        return cells.stack(cells.credits(row.credits), self.took(row))

    @display(description="Took")
    def took(self, row: RequestLog) -> SafeString:
        return cells.milliseconds(row.duration_ms)

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
    return {2: "good", 4: "warn", 5: "bad"}.get(status // 100, "plain")
