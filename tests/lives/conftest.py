"""One client with an accepted job, a Studio that says what the test writes, and the steps of a job's life."""

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client as HttpClient
from PIL import Image
from pytest_django import Settings

from assets import storage
from assets.models import Background, OutputPreset
from billing.models import CreditAccount, LedgerEntry
from clients import ulids
from config import onboarding
from tests.lives import scripted_studio
from tests.lives.scripted_studio import ScriptedStudio
from workflows import audit, results, studios
from workflows.models import Job, JobEvent, StudioPace


@dataclass
class World:
    """What a test of a job's life needs to do and to see."""

    http: HttpClient
    account: CreditAccount
    body: dict[str, Any]

    def accept(self) -> str:
        answer = self.http.post("/v1/background-swap-with-image", self.body, content_type="application/json")
        assert answer.status_code == 202, answer.content
        return str(answer.json()["job_id"])

    def job(self, job_id: str) -> Job:
        return Job.objects.get(id=job_id)

    def balance(self) -> int:
        self.account.refresh_from_db()
        return self.account.balance

    def kinds(self, job_id: str) -> list[str]:
        return list(LedgerEntry.objects.filter(job_id=job_id).order_by("seq").values_list("kind", flat=True))

    def events(self, job_id: str) -> list[str]:
        rows = JobEvent.objects.filter(job_id=job_id, visibility="public").order_by("seq")
        return list(rows.values_list("event_type", flat=True))

    def ring(self, job_id: str) -> None:
        """The alarm goes off now, by the database's clock, and no pause of Studio's stands in its way."""
        StudioPace.objects.update(allowance=None, next_at=None, failures=0, doubters=[], probe=None)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE workflows_job SET next_action_at = now(), lease_until = least(lease_until, now())"
                " WHERE id = %s AND finished_at IS NULL",
                [ulids.to_uuid(job_id)],
            )

    def deliver(self, job_id: str) -> dict[str, Any]:
        """What Studio does when it is done: puts the picture where it was told to; answers its manifest."""
        content = _jpeg("green")
        storage.pictures().put(results.delivery_key(self.job(job_id)), content, "image/jpeg")
        return {
            "url": "http://127.0.0.1/out.jpg",
            "sha256": hashlib.sha256(content).hexdigest(),
            "bytes": len(content),
            "width": 64,
            "height": 64,
            "format": "jpeg",
        }

    def assert_refunded(self, job_id: str, code: str) -> None:
        job = self.job(job_id)
        assert (job.status, job.error_code) == ("FAILURE", code)
        assert self.kinds(job_id) == ["CHARGE", "REFUND"]
        assert self.events(job_id)[-1] == "failed"
        assert audit.audit().breaches == []


@pytest.fixture
def studio(settings: Settings) -> Iterator[ScriptedStudio]:
    with scripted_studio.running() as studio:
        settings.STUDIO_URL = settings.STUDIO_TEST_URL = studio.url
        studios.of.cache_clear()
        yield studio
        studios.of.cache_clear()


@pytest.fixture
def world(committed_db: object, studio: ScriptedStudio, settings: Settings, tmp_path: Path) -> World:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "assets.storage.DiskStorage", "OPTIONS": {"location": str(tmp_path)}},
    }
    client = onboarding.create_client("Lives", credits=100, test_credits=0)
    http = HttpClient(headers={"Authorization": f"Bearer {client.api_key}"})
    storage.pictures().put("catalogue/plain.jpg", _jpeg("white"), "image/jpeg")
    background = Background.objects.create(
        key="catalogue/plain.jpg", sha256="0" * 64, scene_type="studio", mood="calm"
    )
    OutputPreset.objects.create(name="square", width=64, height=64)
    upload = http.post("/v1/uploads", {"file": io.BytesIO(_jpeg("red"))})
    return World(
        http=http,
        account=CreditAccount.objects.get(client=client.client, livemode=True),
        body={
            "source_image_s3_key": json.loads(upload.content)["upload_key"],
            "background_image_public_id": background.id,
            "output_preset": "square",
        },
    )


def _jpeg(color: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 64), color).save(file, "JPEG")
    return file.getvalue()
