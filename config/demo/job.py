"""One job from request to end, followed as a client follows it: by its events."""

import time
from collections.abc import Mapping
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
    """A job as its client saw it; `charged` is GET /v1/credits right after the 202."""

    source: Path
    accepted: Answer
    charged: dict[str, Any]
    events: list[dict[str, Any]] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)

    @property
    def job_id(self) -> str:
        return str(self.accepted.body["job_id"])

    @property
    def took(self) -> float:
        """Seconds from the first event to the latest."""
        first, last = (datetime.fromisoformat(self.events[end]["created_at"]) for end in (0, -1))
        return (last - first).total_seconds()

    @property
    def render(self) -> dict[str, Any]:
        """The final artifact of a succeeded job. Raises DemoFailed if it has none."""
        for artifact in self.state["result"]["artifacts"]:
            if artifact["role"] == "final":
                return dict(artifact)
        raise DemoFailed(f"Job {self.job_id} succeeded without a final artifact.")

    def told(self) -> dict[str, Any]:
        """For demo.json."""
        return {"job": self.state, "events": self.events, "seconds": self.took}


def send(api: Api, source: Path, request: Mapping[str, object]) -> Followed:
    """Ask for a background swap, and look at once at what is left of the credits."""
    accepted = api.post("/v1/background-swap-with-image", request)
    return Followed(source, accepted, charged=api.get("/v1/credits"))


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
