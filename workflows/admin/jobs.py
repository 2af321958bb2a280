from itertools import pairwise, zip_longest
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
from clients.admin import cells, columns, pages
from workflows.admin import filters, request_logs
from workflows.models import Job, JobEvent, RequestLog
from workflows.statuses import JobStatus

STATUS_TONES = {
    JobStatus.NOT_STARTED: "plain",
    JobStatus.IN_PROGRESS: "info",
    JobStatus.SUCCESS: "good",
    JobStatus.FAILURE: "bad",
}


TIMES = (
    columns.at("created_at", "Accepted"),
    columns.at("started_at", "Started"),
    columns.at("finished_at", "Finished"),
    columns.at("deadline_at", "Deadline"),
    columns.at("next_action_at", "Next alarm"),
)
LEASE = columns.at("lease_until", "Leased until (UTC)")


@display(description="Status")
def status(job: Job) -> SafeString:
    return cells.badge(job.get_status_display(), STATUS_TONES[JobStatus(job.status)])


@display(description="Took")
def took(job: Job) -> SafeString:
    return cells.duration((job.finished_at or timezone.now()) - job.created_at)


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
        columns.ulid_and_time,
        columns.client_and_mode,
        "workflow",
        status,
        "where",
        "cost",
        took,
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
            {
                "fields": (
                    columns.ulid,
                    columns.client,
                    "workflow",
                    "request_link",
                    columns.api_key,
                    "pilot_brand",
                )
            },
        ),
        ("Times (UTC)", {"fields": TIMES}),
        ("Studio", {"fields": ("attempt", LEASE, "trouble")}),
        ("What was asked", {"fields": ("shown_request", "shown_inputs")}),
    )

    @display(description="Stage or error")
    def where(self, job: Job) -> SafeString | str:
        if job.error_code:
            return cells.code(job.error_code)
        if not job.is_live or not job.stage:
            return cells.EMPTY
        return format_html("{} <progress value={}></progress>", cells.clip(job.stage), job.progress)

    @display(description="Cost")
    def cost(self, job: Job) -> SafeString:
        # The money gate commits no FAILURE without its refund, and a refund with nothing else.
        refunded = cells.badge("refunded", "info") if job.status == JobStatus.FAILURE else ""
        return format_html("{} {}", cells.credits(job.credits_cost), refunded)

    @display(description="Request log")
    def request_link(self, job: Job) -> SafeString | str:
        # Old months of request logs are dropped; their jobs stay.
        if RequestLog.objects.filter(pk=job.request_id).exists():
            return cells.ulid_link("workflows_requestlog_change", job.request_id)
        return cells.ulid(job.request_id)

    @display(description="Request")
    def shown_request(self, job: Job) -> SafeString | str:
        return cells.pretty(job.request)

    @display(description="What it stood for")
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


def story(job: Job) -> dict[str, Any]:
    """What the page of a job tells besides its columns."""
    return {
        "job": job,
        "status_badge": status(job),
        "mode_badge": cells.mode(job.livemode),
        "cost": cells.credits(job.credits_cost),
        "took": took(job),
        "pictures": pictures(job),
        "timeline": timeline(list(job.events.order_by("seq"))),
        "entries": billing_admin.entries_table(LedgerEntry.objects.filter(job_id=job.id).order_by("id")),
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


def timeline(events: list[JobEvent]) -> list[dict[str, Any]]:
    """Each event with its distance from the first one and the time until the next."""
    ends = [later.created_at for _, later in pairwise(events)]
    return [
        {
            "event": event,
            "at": cells.moment(event.created_at),
            "after": cells.duration(event.created_at - events[0].created_at),
            "lasted": cells.duration(end - event.created_at) if end else "",
            "extra": cells.pretty(event.extra) if event.extra else "",
        }
        for event, end in zip_longest(events, ends)
    ]
