"""The page that this API was ordered by: its own curl and JavaScript, run against the gateway.

Both stand in seed/ as the page has them. With its words "example" they get the page's Validation Error; with
real values in their place, its Successful Response.
"""

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from clients import ulids
from config.embedded.stack import Stack
from tests import waiting
from tests.docs.shell import STATUS, Shell

SEED = Path(__file__).with_name("seed")
# What curl says by its configuration (conftest.py), and the data whole: node shows only its upper levels.
TELLING = """
const send = fetch;
globalThis.fetch = async (...asked) => {
  const answer = await send(...asked);
  console.error(`status of this answer: ${answer.status}`);
  return answer;
};
console.log = (data) => process.stdout.write(JSON.stringify(data));
"""
Example = Callable[[dict[str, str]], tuple[int, Any]]


@dataclass(frozen=True)
class Page:
    """The page's examples, with this gateway in place of its site, and a real key in place of its token."""

    shell: Shell
    key: str

    def curl(self, values: dict[str, str]) -> tuple[int, Any]:
        return self._run(["bash", "-c", self._text("example.sh", values)])

    def javascript(self, values: dict[str, str]) -> tuple[int, Any]:
        node = shutil.which("node")
        if node is None:
            pytest.fail("This test needs Node: apt-get install nodejs.")
        (self.shell.folder / "telling.mjs").write_text(TELLING)
        (self.shell.folder / "example.mjs").write_text(self._text("example.mjs", values))
        return self._run([node, "--import", "./telling.mjs", "example.mjs"])

    def _text(self, name: str, values: dict[str, str]) -> str:
        text = (SEED / name).read_text()
        text = text.replace("https://example.com", self.shell.url).replace("<token>", self.key)
        for field, value in values.items():
            for between in (":", ": "):
                text = text.replace(f'"{field}"{between}"example"', f'"{field}"{between}{json.dumps(value)}')
        return text

    def _run(self, words: list[str]) -> tuple[int, Any]:
        done = subprocess.run(
            words,
            cwd=self.shell.folder,
            env=self.shell.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        status = done.stderr.rpartition(STATUS)[2]
        return int(status), json.loads(done.stdout)


@pytest.fixture
def page(new_shell: Callable[[str], Shell]) -> Page:
    shell = new_shell("The page's reader")
    return Page(shell, shell.keys["sk_live_…"])


@pytest.fixture
def values(page: Page, gateway: Stack) -> dict[str, str]:
    """One real value for each field of the page."""
    headers = {"Authorization": f"Bearer {page.key}"}

    def get(path: str) -> Any:
        return requests.get(f"{gateway.url}/v1/{path}", headers=headers, timeout=60).json()

    def post(path: str, **what: Any) -> Any:
        return requests.post(f"{gateway.url}/v1/{path}", headers=headers, timeout=60, **what).json()

    with (page.shell.folder / "cup.jpg").open("rb") as file:
        upload_key = post("uploads", files={"file": file})["upload_key"]
    order = {
        "source_image_s3_key": upload_key,
        "background_image_public_id": get("catalog/backgrounds")["backgrounds"][0]["public_id"],
        "output_preset": "thumbnail",
    }
    render = post("background-swap-with-image", json=order)["job_id"]
    waiting.until(lambda: get(f"jobs/{render}?wait=20")["status"] == "SUCCESS", seconds=90)
    return {**order, "source_render_public_id": render, "pilot_brand": "alpine"}


@pytest.mark.parametrize("language", ["curl", "javascript"])
def test_real_values_get_the_successful_response(page: Page, values: dict[str, str], language: str) -> None:
    status, answer = getattr(page, language)(values)
    assert status == 202, answer
    assert set(answer) == {"request_id", "job_id", "status", "credits_cost"}
    assert answer["status"] == "NOT_STARTED"
    assert answer["credits_cost"] == 5
    assert ulids.is_valid(answer["request_id"])


@pytest.mark.parametrize("language", ["curl", "javascript"])
def test_the_words_of_the_page_get_the_validation_error(page: Page, language: str) -> None:
    status, answer = getattr(page, language)({})
    assert status == 422
    assert {tuple(fault["loc"]) for fault in answer["detail"]} == {
        ("body", "source_image_s3_key"),
        ("body", "source_render_public_id"),
        ("body", "background_image_public_id"),
        ("body", "output_preset"),
    }
    assert all(set(fault) == {"loc", "msg", "type"} for fault in answer["detail"])
