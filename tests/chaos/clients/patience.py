"""What is asked for as often as it takes, while processes are being killed."""

import time
from typing import Any

from tests.chaos.clients.calling import Calling
from tests.chaos.journal import Journal
from tests.chaos.studio import pictures

_PAGE = 100


def answered(caller: Calling, method: str, path: str, **more: Any) -> dict[str, Any]:
    """The answer of a 2xx. Raises RuntimeError for a 4xx, or where there is none for 30 seconds."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        answer = caller.ask(method, path, **more)
        if answer is not None and answer.status_code < 300:
            found: dict[str, Any] = answer.json()
            return found
        if answer is not None and answer.status_code < 500:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        time.sleep(0.1)
    raise RuntimeError(f"{method} {path} was never answered")


def prepare(caller: Calling) -> None:
    """What its orders name: an upload of its own, a background, a preset."""
    source = ("source.jpg", pictures.of(caller.name), "image/jpeg")
    uploaded = answered(caller, "POST", "/v1/uploads", files={"file": source})
    backgrounds = answered(caller, "GET", "/v1/catalog/backgrounds")
    caller.body = {
        "source_image_s3_key": uploaded["upload_key"],
        "background_image_public_id": backgrounds["backgrounds"][0]["public_id"],
        "output_preset": "marketplace-square",
    }


def list_everything(caller: Calling, journal: Journal) -> None:
    """Every job and the balance, as this client is shown them in the end, and every picture once more."""
    jobs: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = answered(caller, "GET", f"/v1/jobs?limit={_PAGE}{cursor}")
        jobs += page["jobs"]
        if not page["next_cursor"]:
            break
        cursor = f"&cursor={page['next_cursor']}"
    for job in jobs:
        if job["finished_at"]:
            caller.saw(job)
        if job["status"] == "SUCCESS":
            caller.fetch(answered(caller, "GET", f"/v1/jobs/{job['public_id']}"))
    balance = answered(caller, "GET", "/v1/credits")["balance"]
    journal.write("in the end", client=caller.name, balance=balance, jobs=len(jobs))
