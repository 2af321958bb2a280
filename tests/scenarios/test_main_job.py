"""The main job on the whole stack, and what may happen to its processes meanwhile."""

import asyncio
import io
import json
from collections import Counter

import httpx
import psycopg
import pytest
import requests
from PIL import Image

from clients import ulids
from config.embedded.stack import Stack
from studio_client.reference.samples import Samples
from tests import waiting
from tests.scenarios import calling
from tests.scenarios.calling import Calling
from tests.scenarios.conftest import NewStack


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    return calling.pictures(tmp_path_factory.mktemp("samples"))


@pytest.fixture
def client(stack: Stack) -> Calling:
    return calling.new_client(stack)


def audit(stack: Stack) -> None:
    assert json.loads(stack.run("audit"))["breaches"] == []


def assert_succeeded_once(client: Calling, job_id: str) -> None:
    job = client.ended(job_id)
    assert job["status"] == "SUCCESS", job["error"]
    assert client.kinds(job_id) == ["CHARGE"]
    types = [event["event_type"] for event in client.get(f"jobs/{job_id}/events")["events"]]
    assert types.count("succeeded") == 1
    audit(client.stack)


def test_a_picture_gets_a_new_background(client: Calling, samples: Samples) -> None:
    job_id = client.swap(client.body(samples.subject))
    assert client.get("credits") == {"balance": 95, "in_flight": 5, "currency": "credits", "livemode": True}
    assert_succeeded_once(client, job_id)
    render = client.get(f"renders/{job_id}")
    picture = Image.open(io.BytesIO(requests.get(render["image_url"], timeout=30).content))
    assert (picture.format, picture.size) == ("WEBP", (400, 400))
    assert len(picture.convert("RGB").getcolors(maxcolors=160_000) or []) > 1000
    assert client.get("credits")["in_flight"] == 0


def test_a_picture_without_a_subject_is_refunded(client: Calling, samples: Samples) -> None:
    job_id = client.swap(client.body(samples.no_subject))
    job = client.ended(job_id)
    assert (job["status"], job["error"]["code"], job["result"]) == ("FAILURE", "NO_SUBJECT", None)
    assert job["credits"] == {"cost": 5, "refunded": 5, "net": 0}
    assert client.kinds(job_id) == ["CHARGE", "REFUND"]
    assert client.get("credits")["balance"] == 100
    audit(client.stack)


def test_while_studio_is_down_a_job_waits(client: Calling, samples: Samples) -> None:
    body = client.body(samples.subject)
    client.stack.stop("studio")
    job_id = client.swap(body)
    waiting.until(lambda: _attempts(client, job_id) > 0)
    assert client.job(job_id)["status"] == "NOT_STARTED"
    client.stack.start("studio")
    assert_succeeded_once(client, job_id)


def test_a_worker_killed_in_the_middle_finishes_its_job_once(client: Calling, samples: Samples) -> None:
    job_id = client.swap(client.body(samples.subject))
    client.stack.process("worker").kill()
    assert_succeeded_once(client, job_id)


def test_a_broker_killed_in_the_middle_loses_nothing(client: Calling, samples: Samples) -> None:
    body = client.body(samples.subject)
    jobs = [client.swap(body) for _ in range(3)]
    client.stack.process("valkey").kill()
    for job_id in jobs:
        assert_succeeded_once(client, job_id)


def test_a_studio_killed_in_the_middle_does_the_job_again(client: Calling, samples: Samples) -> None:
    job_id = client.swap(client.body(samples.subject))
    waiting.until(lambda: client.job(job_id)["status"] != "NOT_STARTED")
    client.stack.process("studio").kill()
    assert_succeeded_once(client, job_id)


def test_past_its_deadline_a_job_ends_refunded(new_stack: NewStack, samples: Samples) -> None:
    client = calling.new_client(new_stack(JOB_DEADLINE_SECONDS="3"))
    body = client.body(samples.subject)
    client.stack.stop("studio")
    job_id = client.swap(body)
    job = client.ended(job_id)
    assert (job["status"], job["error"]["code"]) == ("FAILURE", "DEADLINE_EXCEEDED")
    assert client.kinds(job_id) == ["CHARGE", "REFUND"]
    assert client.get("credits")["balance"] == 100
    audit(client.stack)


def test_of_a_thousand_parallel_accepts_ten_are_paid_for(stack: Stack, samples: Samples) -> None:
    client = calling.new_client(stack, credits=50)
    body = client.body(samples.subject)
    # Nothing may be refunded before the last answer: it would pay for an eleventh.
    stack.stop("studio")
    answers = asyncio.run(_post_at_once(client, body, 1000))
    assert Counter(answers) == {202: 10, 402: 990}
    assert client.get("credits") == {"balance": 0, "in_flight": 50, "currency": "credits", "livemode": True}
    audit(stack)


async def _post_at_once(client: Calling, body: dict[str, str], times: int) -> list[int]:
    limits = httpx.Limits(max_connections=times)
    async with httpx.AsyncClient(limits=limits, timeout=180, headers=client.headers) as http:
        url = f"{client.stack.url}/v1/background-swap-with-image"
        answers = await asyncio.gather(*(http.post(url, json=body) for _ in range(times)))
    return [answer.status_code for answer in answers]


def test_a_body_of_five_megabytes_gets_its_answer(client: Calling) -> None:
    url = f"{client.stack.url}/v1/background-swap-with-image"
    answer = requests.post(
        url,
        data=b'{"pilot_brand": "' + b"x" * 5_000_000 + b'"}',
        headers={**client.headers, "Content-Type": "application/json"},
        timeout=60,
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "PAYLOAD_TOO_LARGE")


def _attempts(client: Calling, job_id: str) -> int:
    """How often Studio was asked, as staff would see it."""
    with psycopg.connect(client.stack.environment["DATABASE_URL"]) as connection:
        row = connection.execute(
            "SELECT attempt FROM workflows_job WHERE id = %s", [ulids.to_uuid(job_id)]
        ).fetchone()
    return int(row[0]) if row else 0
