"""Rows for the tests of the admin, written by the product's own verbs, and names that nobody would choose."""

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Now
from django.test import Client as Browser
from django.utils import timezone

from assets.models import Background
from billing import ledger
from billing.models import CreditAccount
from clients import ulids
from clients.models import ApiKey, Client
from config import onboarding
from workflows import events, settle
from workflows.models import Job, JobEvent, RequestLog
from workflows.statuses import JobStatus

HOSTILE = "\u202eevil‏ <script>alert('x')</script>{{ 7|add:1 }} &amp; " + "very-long-" * 6
ESCAPED_SCRIPT = "&lt;script&gt;alert("
WORKFLOW = "background-swap-with-image"
PASSWORD = "correct horse battery staple"


def staff(name: str = "ada", *permissions: str, **fields: Any) -> User:
    """A member of staff who may do what is named, or with nothing named a superuser."""
    from django.contrib.auth.models import Permission

    user = User.objects.create_user(
        name, password=PASSWORD, is_staff=True, is_superuser=not permissions, **fields
    )
    for permission in permissions:
        app, codename = permission.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return user


def browser(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def client(name: str = "Figur", credits: int = 100) -> Client:
    return onboarding.create_client(name, credits=credits).client


def account(client: Client, *, livemode: bool = True) -> CreditAccount:
    return CreditAccount.objects.get(client=client, livemode=livemode)


def key(client: Client, *, livemode: bool = True) -> ApiKey:
    return ApiKey.objects.filter(client=client, livemode=livemode).latest("id")


def background(name: str = "Loft", **fields: Any) -> Background:
    spec = {"scene_type": "studio", "mood": "calm", "dominant_colors": ["#aabbcc", "linen"], **fields}
    return Background.objects.create(
        key=f"catalogue/{ulids.new()}.png", sha256="0" * 64, display_name=name, **spec
    )


def refused(
    client: Client, *, status: int = 422, code: str = "VALIDATION_ERROR", **fields: Any
) -> RequestLog:
    """A request that was answered without a job."""
    return RequestLog.objects.create(
        id=ulids.new(),
        client=client,
        livemode=True,
        api_key=key(client),
        method="POST",
        path=f"/v1/{WORKFLOW}",
        status=status,
        error_code=code,
        error_message="No.",
        duration_ms=3,
        **fields,
    )


@transaction.atomic
def job(client: Client, cost: int = 5, message: str = "Accepted and charged.", **fields: Any) -> Job:
    """A job as it stands when it has been accepted and charged, with its request log."""
    job_id, request_id, api_key = ulids.new(), ulids.new(), key(client)
    shared = {"client": client, "livemode": True, "api_key": api_key, "workflow": WORKFLOW}
    RequestLog.objects.create(
        **shared,
        id=request_id,
        method="POST",
        path=f"/v1/{WORKFLOW}",
        status=202,
        duration_ms=8,
        job_id=job_id,
        credits=cost,
    )
    events.append(job_id, JobEvent.Type.QUEUED, message=message)
    prefix = client.storage_prefix(livemode=True)
    inputs = {
        "source": {"key": f"{prefix}source.jpg", "sha256": "1" * 64},
        "background": {"id": ulids.new(), "key": "catalogue/loft.png", "sha256": "0" * 64},
        "output": {"name": "square-jpeg", "width": 800, "height": 800, "format": "jpeg"},
    }
    made = Job.objects.create(
        **{
            **shared,
            "id": job_id,
            "request_id": request_id,
            "account": account(client),
            "credits_cost": cost,
            "request": {"output_preset": "square-jpeg"},
            "inputs": inputs,
            "next_action_at": Now(),
            "deadline_at": timezone.now() + timezone.timedelta(minutes=15),
            **fields,
        }
    )
    ledger.charge(
        made.account_id,
        cost,
        job_id=job_id,
        request_id=request_id,
        api_key_id=api_key.id,
        description=WORKFLOW,
    )
    return made


def begin(job: Job, stage: str = "composing", progress: float = 0.4) -> None:
    with transaction.atomic():
        Job.objects.filter(pk=job.pk).update(
            status=JobStatus.IN_PROGRESS, started_at=Now(), stage=stage, progress=progress
        )
        events.append(job.id, JobEvent.Type.STAGE, stage=stage, message="Studio has it.")


def succeed(job: Job) -> None:
    begin(job)
    artifact = {
        "key": f"renders/live/{job.client_id}/{job.id}.jpg",
        "kind": "image",
        "role": "final",
        "label": "Render",
        "width": 800,
        "height": 800,
        "bytes": 1000,
        "sha256": "2" * 64,
        "format": "jpeg",
    }
    assert settle.succeed(job.id, {"artifacts": [artifact]})


def fail(job: Job, code: str = "NO_SUBJECT", message: str = "No subject was found in the picture.") -> None:
    assert settle.fail(job.id, code, message, stage="cutting")
