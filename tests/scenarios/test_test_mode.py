"""Test mode on a whole stack: a new client rehearses every outcome at once, without an upload."""

import io
import json
from collections import defaultdict
from typing import Any

import requests
from PIL import Image

from config import onboarding
from config.embedded.stack import Stack
from tests import waiting
from tests.scenarios.calling import ENDED, Calling
from workflows.definitions.rehearsals import ALL

STAGES = {"load", "background", "segment", "matte", "compose", "encode"}


def test_every_outcome_is_the_one_that_was_asked_for(stack: Stack) -> None:
    made = json.loads(stack.run("create_client", "Rehearsing"))
    calls = Calling(stack, made["test_api_key"])
    jobs = rehearse_all(calls, f"{made['test_storage_prefix']}magic/")
    ended = waiting.until(lambda: all_ended(calls), 120)
    ends = {name: end_of(ended[job_id]) for name, job_id in jobs.items()}
    assert ends == {name: rehearsal.ends for name, rehearsal in ALL.items()}
    assert_paid_for_successes_alone(calls, jobs)
    assert_is_a_picture(calls, jobs["success"])
    assert_told_stage_by_stage(calls, jobs["success_slow"])
    assert_doubts(calls, jobs["low_confidence"])
    types = [event["event_type"] for event in events(calls, jobs["no_subject"])]
    assert (types[0], types[-1], set(types[1:-1])) == ("queued", "failed", {"stage"})
    assert json.loads(stack.run("audit"))["breaches"] == []


def rehearse_all(calls: Calling, magic: str) -> dict[str, str]:
    """The job of each name."""
    background = calls.get("catalog/backgrounds")["backgrounds"][0]["public_id"]
    body = {"background_image_public_id": background, "output_preset": "thumbnail"}
    return {name: calls.swap({**body, "source_image_s3_key": magic + name}) for name in ALL}


def all_ended(calls: Calling) -> dict[str, Any] | None:
    """The jobs by id, once none of them goes on."""
    jobs = {job["public_id"]: job for job in calls.get("jobs", limit=200)["jobs"]}
    return jobs if all(job["status"] in ENDED for job in jobs.values()) else None


def end_of(job: dict[str, Any]) -> str:
    return str(job["error"]["code"] if job["error"] else job["status"])


def events(calls: Calling, job_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = calls.get(f"jobs/{job_id}/events")["events"]
    return found


def assert_paid_for_successes_alone(calls: Calling, jobs: dict[str, str]) -> None:
    *entries, first = calls.get("credits/entries", limit=200)["entries"]
    credits = onboarding.FIRST_TEST_CREDITS
    assert (first["kind"], first["amount"], first["balance_after"]) == ("GRANT", credits, credits)
    kinds = defaultdict(list)
    for entry in reversed(entries):
        kinds[entry["job_id"]].append(entry["kind"])
    paid = [name for name, rehearsal in ALL.items() if rehearsal.ends == "SUCCESS"]
    assert kinds == {
        job_id: ["CHARGE"] if name in paid else ["CHARGE", "REFUND"] for name, job_id in jobs.items()
    }
    assert calls.get("credits")["balance"] == credits - 5 * len(paid)


def assert_is_a_picture(calls: Calling, job_id: str) -> None:
    url = calls.get(f"renders/{job_id}")["image_url"]
    picture = Image.open(io.BytesIO(requests.get(url, timeout=30).content))
    assert (picture.format, picture.size) == ("WEBP", (400, 400))
    assert len(picture.convert("RGB").getcolors(maxcolors=160_000) or []) > 1000


def assert_told_stage_by_stage(calls: Calling, job_id: str) -> None:
    told = [event["stage"] for event in events(calls, job_id) if event["stage"] in STAGES]
    assert len(told) == len(set(told)) >= 2


def assert_doubts(calls: Calling, job_id: str) -> None:
    last = events(calls, job_id)[-1]
    assert (last["event_type"], last["extra"]["warnings"][0]) == ("succeeded", "low_confidence")
    assert 0 < last["extra"]["confidence"] < 1
