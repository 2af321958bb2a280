from itertools import pairwise
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from assets import storage
from billing import admin as billing_admin
from billing.models import LedgerEntry
from clients.admin import cells, pages
from workflows.admin import filters, request_logs
from workflows.models import Job, JobEvent, RequestLog
from workflows.statuses import JobStatus

STATUS_TONES = {
    JobStatus.NOT_STARTED: "plain",
    JobStatus.IN_PROGRESS: "info",
    JobStatus.SUCCESS: "good",
    JobStatus.FAILURE: "bad",
}


class StatusFilter(filters.Filter):
    title = parameter_name = column = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> filters.Choices:
        return [("live", "Unfinished"), *JobStatus.choices]

    def queryset(self, request: HttpRequest, queryset: filters.Rows) -> filters.Rows:
        if self.value() == "live":
            return queryset.filter(finished_at=None)
        return super().queryset(request, queryset)


@admin.register(Job)
class JobAdmin(pages.LongListPage):
    list_display = (
        "shown_id",
        "when",
        "client_link",
        "mode_badge",
        "workflow",
        "status_badge",
        "where",
        "cost",
        "refunded",
        "took",
    )
    list_filter = (
        filters.WhenFilter,
        StatusFilter,
        filters.ModeFilter,
        filters.WorkflowFilter,
        filters.ClientFilter,
    )
    list_select_related = ("client",)
    search_fields = ("client__name",)
    search_help_text = "ULID of a job or its request, or a client"
    change_form_before_template = "workflows/admin/job_top.html"
    fieldsets = (
        (
            "Job",
            {"fields": ("shown_id", "client_link", "workflow", "request_link", "key_link", "pilot_brand")},
        ),
        (
            "Time (UTC)",
            {"fields": ("when", "started_at", "finished_at", "deadline_at", "next_action_at", "took")},
        ),
        ("Studio", {"fields": ("attempt", "lease_until", "where", "trouble")}),
        ("What was asked", {"fields": ("shown_request", "shown_inputs")}),
    )
    readonly_fields = (
        "shown_id",
        "client_link",
        "workflow",
        "request_link",
        "key_link",
        "pilot_brand",
        "when",
        "started_at",
        "finished_at",
        "deadline_at",
        "next_action_at",
        "took",
        "attempt",
        "lease_until",
        "where",
        "trouble",
        "shown_request",
        "shown_inputs",
    )

    @display(description="Job")
    def shown_id(self, job: Job) -> SafeString | str:
        return cells.ulid(job.id)

    @display(description="Accepted (UTC)")
    def when(self, job: Job) -> str:
        return cells.moment(job.created_at)

    @display(description="Client")
    def client_link(self, job: Job) -> SafeString:
        return cells.link("clients_client_change", job.client_id, cells.clip(job.client.name))

    @display(description="Mode")
    def mode_badge(self, job: Job) -> SafeString | str:
        return cells.mode(job.livemode)

    @display(description="API key")
    def key_link(self, job: Job) -> SafeString:
        return cells.link("clients_apikey_change", job.api_key_id, cells.code(job.api_key.hint))

    @display(description="Status")
    def status_badge(self, job: Job) -> SafeString:
        return status_badge(job)

    @display(description="Stage")
    def where(self, job: Job) -> SafeString | str:
        if job.error_code:
            return cells.code(job.error_code)
        if not job.is_live or not job.stage:
            return cells.EMPTY
        return format_html("{} <progress value={}></progress>", cells.clip(job.stage), job.progress)

    @display(description="Cost")
    def cost(self, job: Job) -> SafeString | str:
        return cells.credits(job.credits_cost)

    @display(description="Refunded")
    def refunded(self, job: Job) -> SafeString | str:
        # The money gate commits no FAILURE without its refund, and a refund with nothing else.
        return cells.badge("refunded", "info") if job.status == JobStatus.FAILURE else cells.EMPTY

    @display(description="Took")
    def took(self, job: Job) -> str:
        return cells.duration((job.finished_at or timezone.now()) - job.created_at)

    @display(description="Request log")
    def request_link(self, job: Job) -> SafeString | str:
        # Old months of request logs are dropped; their jobs stay.
        kept = RequestLog.objects.filter(pk=job.request_id).exists()
        return (
            cells.ulid_link("workflows_requestlog_change", job.request_id)
            if kept
            else cells.ulid(job.request_id)
        )

    @display(description="Request")
    def shown_request(self, job: Job) -> SafeString | str:
        return cells.pretty(job.request)

    @display(description="Stood for")
    def shown_inputs(self, job: Job) -> SafeString | str:
        return cells.pretty(job.inputs)

    def rows_of(self, queryset: QuerySet[Job], ulid: str) -> QuerySet[Job]:
        of_request = RequestLog.objects.filter(pk=ulid, job_id__isnull=False).values_list("job_id", flat=True)
        return queryset.filter(pk__in=[ulid, *of_request])

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Job], search_term: str
    ) -> tuple[QuerySet[Job], bool]:
        return request_logs.by_client_or_ulid(self, queryset, search_term), False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        job = self.get_object(request, object_id)
        return super().change_view(request, object_id, form_url, story(job) if job else None)


def status_badge(job: Job) -> SafeString:
    return cells.badge(job.get_status_display(), STATUS_TONES[JobStatus(job.status)])


def story(job: Job) -> dict[str, Any]:
    """What the page of a job tells besides its columns."""
    entries = LedgerEntry.objects.filter(job_id=job.id).select_related("created_by", "approved_by")
    return {
        "job": job,
        "status_badge": status_badge(job),
        "mode_badge": cells.mode(job.livemode),
        "cost": cells.credits(job.credits_cost),
        "took": cells.duration((job.finished_at or timezone.now()) - job.created_at),
        "pictures": pictures(job),
        "timeline": timeline(list(job.events.order_by("seq")), job),
        "entries": billing_admin.entries_table(entries.order_by("id")),
    }


def pictures(job: Job) -> list[dict[str, str]]:
    """Source, background and result, as far as the job has them. A refunded job has no result to show."""
    preset = job.inputs.get("output") or {}
    found = [
        ("Source", job.inputs.get("source"), ""),
        ("Background", job.inputs.get("background"), ""),
        ("Result", job.render, preset.get("name", "")),
    ]
    sign, lifetime = storage.pictures().signed_get_url, settings.CLIENT_URL_LIFETIME
    return [
        {"title": title, "note": note, "url": sign(picture["key"], lifetime)}
        for title, picture, note in found
        if picture and picture.get("key")
    ]


def timeline(events: list[JobEvent], job: Job) -> list[dict[str, Any]]:
    """Each event with its distance from the accept and the time until the next one."""
    ends = [later.created_at for _, later in pairwise(events)] + [job.finished_at or timezone.now()]
    return [
        {
            "event": event,
            "at": cells.moment(event.created_at),
            "after": cells.duration(event.created_at - job.created_at),
            "lasted": cells.duration(end - event.created_at) if end > event.created_at else "",
            "extra": cells.pretty(event.extra) if event.extra else "",
        }
        for event, end in zip(events, ends, strict=True)
    ]
