"""A client of a running gateway: what it does over HTTP, and what it sees of its jobs and its credits."""

import json
from pathlib import Path
from typing import Any

import requests

from config.embedded.stack import Stack
from studio_client.reference import samples
from tests import waiting

COST = 5
ENDED = {"SUCCESS", "FAILURE"}


class Shop:
    """A new client with credits for `jobs` jobs, its picture uploaded."""

    def __init__(self, stack: Stack, name: str, pictures: Path, jobs: int = 10) -> None:
        made = json.loads(stack.run("create_client", name, "--credits", str(jobs * COST)))
        self._url = stack.url
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {made['api_key']}"
        subject = samples.write_samples(pictures).subject
        uploaded = self._call("POST", "/v1/uploads", files={"file": ("subject.jpg", subject.read_bytes())})
        self._asked = {
            "source_image_s3_key": uploaded["upload_key"],
            "background_image_public_id": self.get("/v1/catalog/backgrounds")["backgrounds"][0]["public_id"],
            "output_preset": self.get("/v1/output-presets")["output_presets"][0]["name"],
        }

    def get(self, path: str) -> Any:
        return self._call("GET", path)

    def dispatch(self) -> str:
        """The id of a new job: accepted, whatever becomes of it."""
        answer = self._call("POST", "/v1/background-swap-with-image", json=self._asked)
        return str(answer["job_id"])

    def status(self, job_id: str) -> str:
        return str(self.get(f"/v1/jobs/{job_id}")["status"])

    def end_of(self, job_id: str, seconds: float = 90.0) -> str:
        """How a job ended."""
        waiting.until(lambda: self.status(job_id) in ENDED, seconds)
        return self.status(job_id)

    def kinds(self, job_id: str) -> list[str]:
        """The ledger entries of a job, newest first."""
        entries = self.get("/v1/credits/entries?limit=200")["entries"]
        return [entry["kind"] for entry in entries if entry["job_id"] == job_id]

    def endings(self, job_id: str) -> list[str]:
        """The last events of a job: a job that ended twice would have two."""
        events = self.get(f"/v1/jobs/{job_id}/events")["events"]
        return [event["event_type"] for event in events if event["event_type"] in {"succeeded", "failed"}]

    def close(self) -> None:
        self._session.close()

    def _call(self, method: str, path: str, **content: Any) -> Any:
        answer = self._session.request(method, self._url + path, timeout=20, **content)
        answer.raise_for_status()
        return answer.json()
