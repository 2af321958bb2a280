"""The frame of the back office: its navigation, its first page, and what its pages may load."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Count, Min, Q
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone

from assets import storage
from clients.admin import cells
from workflows.admin import filters
from workflows.models import Job
from workflows.statuses import JobStatus

FAILURES_SHOWN = 8

# Group, and in it: title, icon, permission, page.
_PAGES = {
    "Work": [
        ("Request logs", "list_alt", "workflows.view_requestlog", "workflows_requestlog"),
        ("Jobs", "deployed_code", "workflows.view_job", "workflows_job"),
    ],
    "Credits": [
        ("Accounts", "account_balance_wallet", "billing.view_creditaccount", "billing_creditaccount"),
        ("Ledger entries", "receipt_long", "billing.view_ledgerentry", "billing_ledgerentry"),
    ],
    "Clients": [
        ("Clients", "storefront", "clients.view_client", "clients_client"),
        ("API keys", "key", "clients.view_apikey", "clients_apikey"),
    ],
    "Catalogue": [
        ("Backgrounds", "wallpaper", "assets.view_background", "assets_background"),
        ("Output presets", "aspect_ratio", "assets.view_outputpreset", "assets_outputpreset"),
        ("Workflow settings", "tune", "workflows.view_workflowsetting", "workflows_workflowsetting"),
        ("Uploads", "upload_file", "assets.view_upload", "assets_upload"),
    ],
    "Staff": [
        ("Users", "person", "auth.view_user", "auth_user"),
        ("Groups", "group", "auth.view_group", "auth_group"),
    ],
}


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar: what this member of staff may see."""
    groups = [
        {
            "title": group,
            "items": [
                {"title": title, "icon": icon, "link": reverse(f"admin:{page}_changelist")}
                for title, icon, permission, page in pages
                if request.user.has_perm(permission) and (group != "Staff" or request.user.is_superuser)
            ],
        }
        for group, pages in _PAGES.items()
    ]
    return [group for group in groups if group["items"]]


def stylesheet(request: HttpRequest) -> str:
    return static("back_office/back_office.css")


def icon(request: HttpRequest) -> str:
    return static("back_office/icon.svg")


def every_page(request: HttpRequest) -> dict[str, Any]:
    return {"content_security_policy": content_security_policy()}


def content_security_policy() -> str:
    """Nothing is loaded from, and nothing sent to, any host but ours and that of the pictures.

    Unfold's Alpine.js evaluates what stands in attributes, so scripts can't be held as strictly as elsewhere.
    """
    example = urlsplit(storage.pictures().signed_get_url("example", timedelta(seconds=1)))
    return (
        "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
        "style-src 'self' 'unsafe-inline'; "
        f"img-src 'self' data: {example.scheme}://{example.netloc}; font-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'"
    )


def first_page(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Adds how the work goes, for staff who may see jobs."""
    context["title"] = f"Welcome, {request.user.get_username()}"
    if request.user.has_perm("workflows.view_job"):
        context |= {"figures": _figures(), "failures": _failures()}
    return context


def _figures() -> list[dict[str, Any]]:
    jobs = reverse("admin:workflows_job_changelist")
    live = Job.objects.filter(finished_at=None).aggregate(
        waiting=Count("pk", filter=Q(status=JobStatus.NOT_STARTED)),
        running=Count("pk", filter=Q(status=JobStatus.IN_PROGRESS)),
        oldest=Min("created_at"),
    )
    day = Job.objects.filter(id__gte=filters.floor(timedelta(days=1))).aggregate(
        accepted=Count("pk"),
        succeeded=Count("pk", filter=Q(status=JobStatus.SUCCESS)),
        failed=Count("pk", filter=Q(status=JobStatus.FAILURE)),
    )
    waited = timezone.now() - live["oldest"] if live["oldest"] else None
    return [
        {
            "title": "Unfinished jobs",
            "value": f"{live['waiting'] + live['running']:,}",
            "note": f"{live['waiting']:,} not started, {live['running']:,} in progress",
            "url": f"{jobs}?status=live",
        },
        {
            "title": "Oldest unfinished",
            "value": cells.duration(waited),
            "note": "since it was accepted",
            "url": "",
        },
        {
            "title": "Succeeded",
            "value": f"{day['succeeded']:,}",
            "note": f"of {day['accepted']:,} accepted in the last 24 hours",
            "url": f"{jobs}?status=SUCCESS&within=day",
        },
        {
            "title": "Failed and refunded",
            "value": f"{day['failed']:,}",
            "note": "accepted in the last 24 hours",
            "url": f"{jobs}?status=FAILURE&within=day",
        },
    ]


def _failures() -> dict[str, Any]:
    week = Job.objects.filter(id__gte=filters.floor(timedelta(days=7)), status=JobStatus.FAILURE)
    return {
        "headers": ("Job", "Ended (UTC)", "Client", "Workflow", "Error", "Message"),
        "rows": [
            (
                cells.ulid_link("workflows_job_change", job.id),
                cells.moment(job.finished_at),
                cells.clip(job.client.name),
                job.workflow,
                cells.code(job.error_code),
                cells.clip(job.error_message),
            )
            for job in week.select_related("client").order_by("-id")[:FAILURES_SHOWN]
        ],
        "empty": "No job has failed in the last 7 days.",
    }
