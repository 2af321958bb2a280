"""One job from request to end, followed as a client follows it: by its events."""

import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from config.demo.api import Answer, Api
from config.demo.failure import DemoFailed
from config.demo.screen import BOLD, GREEN, RED, Screen

PATIENCE_SECONDS = 60.0
POLL_SECONDS = 0.1
LAST = {"succeeded", "failed"}


@dataclass
class Followed:
    """A job as its client saw it. `took` is in seconds, from the 202 to the last event."""

    source: Path
    accepted: Answer
    charged: dict[str, Any] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)

    @property
    def job_id(self) -> str:
        return str(self.accepted.body["job_id"])

    @property
    def took(self) -> float:
        first, last = (datetime.fromisoformat(self.events[end]["created_at"]) for end in (0, -1))
        return (last - first).total_seconds()

    def told(self) -> dict[str, Any]:
        """For demo.json."""
        return {"job": self.state, "events": self.events, "seconds": self.took}


def send(api: Api, source: Path, upload_key: str, background: str, preset: str) -> Followed:
    """Ask for a background swap, and look at what it costs at once."""
    body = {
        "source_image_s3_key": upload_key,
        "background_image_public_id": background,
        "output_preset": preset,
        "pilot_brand": "demo",
    }
    followed = Followed(source, api.post("/v1/background-swap-with-image", body))
    followed.charged = api.get("/v1/credits")
    return followed


def follow(api: Api, screen: Screen, followed: Followed) -> None:
    """Show each event when it comes, until the job has ended. Raises DemoFailed if it does not."""
    path = f"/v1/jobs/{followed.job_id}/events?since="
    screen.command(api.curl("GET", f"{path}0"))
    seen, deadline = 0, time.monotonic() + PATIENCE_SECONDS
    while not (followed.events and followed.events[-1]["event_type"] in LAST):
        if time.monotonic() > deadline:
            raise DemoFailed(f"Job {followed.job_id} has not ended after {PATIENCE_SECONDS:g} s.")
        news = api.peek(f"{path}{seen}")
        for event in news["events"]:
            followed.events.append(event)
            _show(screen, followed, event)
        seen = news["latest_seq"]
        time.sleep(POLL_SECONDS)
    followed.state = api.get(f"/v1/jobs/{followed.job_id}", body_shown=False)


def _show(screen: Screen, followed: Followed, event: dict[str, Any]) -> None:
    what = f"{event['seq']:>3}  {followed.took:5.2f} s  {event['event_type']:<9}  {event['stage'] or '':<16}"
    colour = {"succeeded": [GREEN, BOLD], "failed": [RED, BOLD]}.get(event["event_type"], [])
    screen.line(f"{what}  {event['message']}".rstrip(), *colour)
