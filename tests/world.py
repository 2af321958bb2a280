"""What the tests of the public API begin with: a client with its keys, a catalogue, an upload, a caller."""

import functools
import io
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F
from django.http import HttpResponse
from django.test import Client as HttpClient
from PIL import Image
from pytest_django import Settings

from assets import storage, uploads
from assets.models import Background, OutputPreset
from billing import ledger
from billing.models import CreditAccount, LedgerEntry
from clients import keys, ulids
from clients.callers import Caller
from clients.models import ApiKey, Client
from config import onboarding
from workflows import events, settle
from workflows.models import IdempotencyKey, Job, JobEvent, RequestLog
from workflows.statuses import JobStatus

if TYPE_CHECKING:
    # Django's test client adds json() to the answers it returns.
    from django.test.client import _MonkeyPatchedWSGIResponse

    Answer: TypeAlias = _MonkeyPatchedWSGIResponse
else:
    Answer = HttpResponse

SWAP = "/v1/background-swap-with-image"
SOURCE, RENDER = "source_image_s3_key", "source_render_public_id"
BACKGROUND, PRESET, BRAND = "background_image_public_id", "output_preset", "pilot_brand"
_numbers = itertools.count(1)


class Api:
    """Calls the API over Django's HTTP layer with one key, or none."""

    def __init__(self, key: str | None = None) -> None:
        self.key = key

    def request(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        content_type: str = "application/json",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Header names as on the wire; a None as content type sends no such header."""
        sent = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return _http().generic(method, path, body, content_type, headers={**sent, **(headers or {})})

    def get(self, path: str, **headers: str) -> Answer:
        return self.request("GET", path, headers=_on_the_wire(headers))

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        """`body` as JSON; bytes go as they are."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.request("POST", path, raw, headers=_on_the_wire(headers))


@functools.cache
def _http() -> HttpClient:
    """One for all: each new one would look through every static file."""
    return HttpClient(raise_request_exception=False)


def _on_the_wire(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass(frozen=True)
class Owner:
    """A client of the gateway with all that it was told once."""

    client: Client
    key: str
    test_key: str
    signing_secret: str

    @property
    def api(self) -> Api:
        return Api(self.key)

    @property
    def test_api(self) -> Api:
        return Api(self.test_key)

    def caller(self, *, livemode: bool = True) -> Caller:
        secret = self.key if livemode else self.test_key
        api_key = ApiKey.objects.select_related("client").get(digest=keys.digest(secret))
        return Caller(client=api_key.client, api_key=api_key)

    def account(self, *, livemode: bool = True) -> CreditAccount:
        return CreditAccount.objects.get(client=self.client, livemode=livemode)


@dataclass(frozen=True)
class World:
    """A client that can pay, and all that its first request needs."""

    owner: Owner
    background: Background
    preset: OutputPreset
    upload_key: str

    @property
    def api(self) -> Api:
        return self.owner.api

    def order(self, **changes: Any) -> dict[str, Any]:
        """A body that is accepted, with some fields set otherwise; a field set to `...` is left out."""
        body = {
            "source_image_s3_key": self.upload_key,
            "background_image_public_id": self.background.id,
            "output_preset": self.preset.name,
            **changes,
        }
        return {name: value for name, value in body.items() if value is not ...}


@pytest.fixture
def studios(settings: Settings) -> None:
    """Both modes have a Studio; nothing in these tests calls it."""
    settings.STUDIO_URL = settings.STUDIO_TEST_URL = "http://127.0.0.1:9"


@pytest.fixture
def pictures(tmp_path: Path, settings: Settings) -> storage.PictureStorage:
    """A storage folder of this test's own."""
    place = {"BACKEND": "assets.storage.DiskStorage", "OPTIONS": {"location": str(tmp_path / "storage")}}
    settings.STORAGES = {**settings.STORAGES, "default": place}
    return storage.pictures()


@pytest.fixture
def world(db: None, studios: None, pictures: storage.PictureStorage) -> World:
    return make_world()


def make_world() -> World:
    """For tests that commit; the others take the fixture."""
    owner = new_owner(credits=100, test_credits=100)
    return World(owner, new_background(), new_preset(), upload(owner))


def new_owner(*, credits: int = 0, test_credits: int = 0) -> Owner:
    made = onboarding.create_client(f"Client {next(_numbers)}", credits=credits, test_credits=test_credits)
    return Owner(made.client, made.api_key, made.test_api_key, made.signing_secret)


def new_background(**fields: Any) -> Background:
    """A shared entry of the catalogue, with its picture."""
    content = picture()
    key = f"catalogue/{ulids.new()}.png"
    storage.pictures().put(key, content, "image/png")
    spec = {"display_name": "Loft", "scene_type": "studio", "mood": "calm", "dominant_colors": ["#aabbcc"]}
    return Background.objects.create(key=key, sha256="0" * 64, **{**spec, **fields})


def new_preset(name: str = "square-jpeg", **fields: Any) -> OutputPreset:
    return OutputPreset.objects.create(name=name, **{"width": 800, "height": 800, **fields})


def upload(owner: Owner, *, livemode: bool = True) -> str:
    """The key of a picture that a client sent."""
    return uploads.receive(owner.caller(livemode=livemode), ContentFile(picture())).key


def picture(size: tuple[int, int] = (32, 24)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, "PNG")
    return file.getvalue()


def dispatch(world: World, api: Api | None = None, **changes: Any) -> Job:
    """A job as a request over HTTP makes it."""
    answer = (api or world.api).post(SWAP, world.order(**changes))
    assert answer.status_code == 202, answer.content
    return Job.objects.get(id=answer.json()["job_id"])


def begin(job: Job) -> None:
    with transaction.atomic():
        Job.objects.filter(id=job.id).update(
            status=JobStatus.IN_PROGRESS,
            started_at=job.created_at,
            stage="composing",
            progress=0.5,
            version=F("version") + 1,
        )
        events.append(job.id, JobEvent.Type.STAGE, stage="composing", message="Studio has it.")


def succeed(job: Job) -> None:
    """Ends a job with a picture in storage."""
    begin(job)
    key = f"renders/{'live' if job.livemode else 'test'}/{job.client_id}/{job.id}.jpg"
    storage.pictures().put(key, picture(), "image/png")
    size = {"width": 32, "height": 24, "bytes": len(picture()), "sha256": "2" * 64, "format": "jpeg"}
    artifact = {"key": key, "kind": "image", "role": "final", "label": "Render", **size}
    assert settle.succeed(job.id, {"artifacts": [artifact], "confidence": None, "warnings": []})
    job.refresh_from_db()


def fail(job: Job) -> None:
    assert settle.fail(job.id, "NO_SUBJECT", "No subject was found in the picture.", stage="cutting")
    job.refresh_from_db()


def grant(owner: Owner, credits: int, *, livemode: bool = True) -> None:
    ledger.grant(owner.account(livemode=livemode), credits, source=f"test {next(_numbers)}")


def books() -> dict[str, Any]:
    """All that a refused request must leave as it was."""
    return {
        "balances": list(CreditAccount.objects.order_by("id").values_list("id", "balance", "open_jobs")),
        "entries": LedgerEntry.objects.count(),
        "jobs": Job.objects.count(),
        "events": JobEvent.objects.count(),
        "idempotency keys": IdempotencyKey.objects.count(),
    }


def refused(
    call: Callable[[], Answer], status: int, code: str, *, logged: bool = True, job_id: str | None = None
) -> dict[str, Any]:
    """Makes a call that must be refused, checks all that every refusal has in common, answers its body."""
    before = books()
    answer = call()
    body: dict[str, Any] = json.loads(answer.content)
    assert (answer.status_code, body["error"]["code"]) == (status, code), body
    request_id = answer["X-Request-Id"]
    assert answer["Content-Type"] == "application/json"
    assert set(body) == ({"detail", "error"} if code == "VALIDATION_ERROR" else {"error"})
    assert set(body["error"]) == {"code", "message", "request_id", "charged", "retryable"}
    assert body["error"]["request_id"] == request_id
    assert ulids.is_valid(request_id)
    assert body["error"]["charged"] == 0
    assert body["error"]["message"]
    assert books() == before
    rows = RequestLog.objects.filter(id=request_id).values_list("status", "error_code", "job_id", "credits")
    assert list(rows) == ([(status, code, job_id, 0)] if logged else [])
    return body


def faults(body: dict[str, Any]) -> list[tuple[tuple[str | int, ...], str]]:
    """(`loc`, `type`) of each fault of a 422."""
    assert all(set(fault) == {"loc", "msg", "type"} and fault["msg"] for fault in body["detail"])
    return [(tuple(fault["loc"]), fault["type"]) for fault in body["detail"]]


def invalid(world: World, body: Any) -> list[tuple[tuple[str | int, ...], str]]:
    """The faults of a body that the workflow's route must refuse."""
    return faults(refused(lambda: world.api.post(SWAP, body), 422, "VALIDATION_ERROR"))


def pages(api: Api, path: str, name: str, limit: int) -> Iterator[list[dict[str, Any]]]:
    """The pages of a list, one after the other, as its cursors lead."""
    cursor = ""
    while cursor is not None:
        answer = api.get(f"{path}{'&' if '?' in path else '?'}limit={limit}{cursor and f'&cursor={cursor}'}")
        assert answer.status_code == 200, answer.content
        yield answer.json()[name]
        cursor = answer.json()["next_cursor"]
