"""Right request bodies for Studio's HTTP routes, for tests to spoil."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import ulid

from tests.studio_client.files import Files

OUTPUT = {
    "width": 200,
    "height": 150,
    "fit": "cover",
    "format": "jpeg",
    "quality": 90,
    "padding_color": "#ffffff",
}
SPEC = {"scene_type": "studio", "mood": "calm", "dominant_colors": ["#305080"], "seed": 7}


def job_id() -> str:
    """A new ULID."""
    return str(ulid.new())


def swap(files: Files, **changes: Any) -> dict[str, Any]:
    """The usual swap; Studio keeps the result."""
    body = {
        "workflow": "background-swap-with-image",
        "source": {"url": f"{files.url}/subject.jpg"},
        "background": {"url": f"{files.url}/background.jpg"},
        "output": OUTPUT,
        "options": {"shadow": True, "harmonise": True, "light_wrap": True, "engine": None},
        "deadline": (datetime.now(UTC) + timedelta(minutes=5)).isoformat(),
        "metadata": {"pilot_brand": "figs"},
        **changes,
    }
    # Any digest over what is asked for will do: Studio only compares it.
    asked = json.dumps([body["workflow"], body["output"]], sort_keys=True)
    return {"fingerprint": hashlib.sha256(asked.encode()).hexdigest(), **body}


def generator(**changes: Any) -> dict[str, Any]:
    """A backdrop by itself: the quickest job there is."""
    body = swap(Files(""), workflow="background-generator", background={"spec": SPEC}, **changes)
    del body["source"]
    return body
