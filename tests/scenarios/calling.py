"""A client of a running stack: its key from the command, everything else over HTTP."""

import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from config.embedded.stack import Stack
from studio_client.reference import samples
from tests import waiting

_names = itertools.count(1)
ENDED = ("SUCCESS", "FAILURE")


@dataclass(frozen=True)
class Calling:
    """One client of a stack, with its live key."""

    stack: Stack
    key: str

    def get(self, path: str, **params: str | int) -> Any:
        answer = requests.get(f"{self.stack.url}/v1/{path}", params=params, headers=self.headers, timeout=60)
        answer.raise_for_status()
        return answer.json()

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    def upload(self, picture: Path) -> str:
        with picture.open("rb") as file:
            url = f"{self.stack.url}/v1/uploads"
            answer = requests.post(url, files={"file": file}, headers=self.headers, timeout=60)
        answer.raise_for_status()
        return str(answer.json()["upload_key"])

    def body(self, picture: Path) -> dict[str, str]:
        return {
            "source_image_s3_key": self.upload(picture),
            "background_image_public_id": self.get("catalog/backgrounds")["backgrounds"][0]["public_id"],
            "output_preset": "thumbnail",
        }

    def swap(self, body: dict[str, str]) -> str:
        url = f"{self.stack.url}/v1/background-swap-with-image"
        answer = requests.post(url, json=body, headers=self.headers, timeout=60)
        assert answer.status_code == requests.codes.accepted, answer.text
        return str(answer.json()["job_id"])

    def job(self, job_id: str) -> Any:
        return self.get(f"jobs/{job_id}")

    def ended(self, job_id: str) -> Any:
        """The job once it has ended."""
        waiting.until(lambda: self.job(job_id)["status"] in ENDED, seconds=90)
        return self.job(job_id)

    def kinds(self, job_id: str) -> list[str]:
        """What the ledger holds of a job, oldest first."""
        entries = self.get("credits/entries", limit=200)["entries"]
        return [entry["kind"] for entry in reversed(entries) if entry["job_id"] == job_id]


def new_client(stack: Stack, credits: int = 100) -> Calling:
    made = stack.run("create_client", f"Scenario {next(_names)}", "--credits", str(credits))
    return Calling(stack, json.loads(made)["api_key"])


def pictures(folder: Path) -> samples.Samples:
    return samples.write_samples(folder)
