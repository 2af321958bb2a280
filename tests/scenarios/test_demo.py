"""`manage.py demo` as a newcomer runs it: from outside, with nothing but a data folder."""

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from config.embedded.bootstrap import ROOT
from tests import servers, waiting

pytestmark = pytest.mark.xdist_group("demo")


@dataclass(frozen=True)
class Demo:
    """What one run left behind."""

    data: Path
    said: str
    errors: str
    record: dict[str, Any]

    @property
    def made(self) -> Path:
        return self.data / "demo"


@contextmanager
def _started(data: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    running = subprocess.Popen(
        [sys.executable, ROOT / "manage.py", "demo", "--data", data, *options],
        env={**servers.environment_outside(), "GATEWAY_EMBEDDED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield running
    finally:
        running.kill()
        running.communicate()


@pytest.fixture(scope="module")
def demo() -> Demo:
    """One whole run, in a folder whose path has a space."""
    data = Path(os.environ[servers.RUN_FOLDER], "a demo")
    with _started(data) as running:
        said, errors = running.communicate(timeout=300)
    assert running.returncode == 0, said + errors
    return Demo(data, said, errors, json.loads((data / "demo" / "demo.json").read_text()))


def _processes_of(data: Path) -> list[str]:
    """Processes with this data folder in their environment or command line."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(data).encode() in (process / "environ").read_bytes() + (process / "cmdline").read_bytes():
                found.append((process / "cmdline").read_text())
        except OSError:
            continue
    return found


def _without_set_up(errors: str) -> list[str]:
    """Standard error without what bootstrap says where the environment is not up to date."""
    return [line for line in errors.splitlines() if not line.startswith("[")]


def test_it_says_nothing_but_its_story(demo: Demo) -> None:
    assert _without_set_up(demo.errors) == []
    assert "\x1b[" not in demo.said
    assert "HTTP/1.1" not in demo.said
    assert "Traceback" not in demo.said


def test_the_swap_succeeds_and_the_refusal_is_refunded(demo: Demo) -> None:
    swap, refusal = demo.record["swap"], demo.record["refusal"]
    assert demo.record["ok"] is True
    assert swap["job"]["status"] == "SUCCESS"
    assert swap["job"]["credits"] == {"cost": 5, "refunded": 0, "net": 5}
    assert refusal["job"]["status"] == "FAILURE"
    assert refusal["job"]["error"]["code"] == "NO_SUBJECT"
    assert refusal["job"]["credits"] == {"cost": 5, "refunded": 5, "net": 0}
    assert swap["events"][-1]["event_type"] == "succeeded"
    assert refusal["events"][-1]["event_type"] == "failed"


def test_the_ledger_tells_every_credit(demo: Demo) -> None:
    swap, refusal = (demo.record[name]["job"]["public_id"] for name in ("swap", "refusal"))
    told = [(entry["kind"], entry["amount"], entry["job_id"]) for entry in demo.record["ledger"]]
    assert told == [
        ("GRANT", 100, None),
        ("CHARGE", -5, swap),
        ("CHARGE", -5, refusal),
        ("REFUND", 5, refusal),
    ]
    assert demo.record["credits"] == {"before": 100, "after_charge": 95, "after_second_charge": 90, "end": 95}
    assert demo.record["audit"]["ok"] is True


def test_the_result_is_a_new_picture(demo: Demo) -> None:
    [artifact] = demo.record["swap"]["job"]["result"]["artifacts"]
    content = (demo.made / "result.jpg").read_bytes()
    assert hashlib.sha256(content).hexdigest() == artifact["meta"]["sha256"]
    with Image.open(demo.made / "result.jpg") as result, Image.open(demo.made / "subject.jpg") as source:
        assert (result.format, result.size) == ("JPEG", (1200, 1200))
        difference = ImageChops.difference(result.convert("RGB"), source.convert("RGB").resize(result.size))
    assert min(ImageStat.Stat(difference).mean) > 20
    # Background at the edges, the cup's saturated red in the middle.
    with Image.open(demo.made / "result.jpg") as result:
        saturation = result.convert("HSV").getchannel("S")
        edge, middle = saturation.crop((0, 0, 1200, 100)), saturation.crop((400, 500, 800, 900))
    assert ImageStat.Stat(edge).mean[0] + 50 < ImageStat.Stat(middle).mean[0]


def test_the_contact_sheet_shows_all_pictures(demo: Demo) -> None:
    with Image.open(demo.made / "contact-sheet.png") as sheet:
        assert sheet.format == "PNG"
        assert sheet.width == 1400
        assert 700 < sheet.height < 1100
        colours = sheet.convert("RGB").getcolors(sheet.width * sheet.height)
    assert colours is not None
    assert len(colours) > 10_000


def test_every_answer_and_time_is_kept(demo: Demo) -> None:
    asked = [(answer["method"], answer["path"], answer["status"]) for answer in demo.record["answers"]]
    assert asked.count(("POST", "/v1/uploads", 201)) == 2
    assert asked.count(("POST", "/v1/background-swap-with-image", 202)) == 2
    assert all(seconds >= 0 for seconds in demo.record["timings"].values())
    first, *_, last = demo.record["timings"]
    assert (first, last) == ("start", "stop")


def test_it_shows_requests_to_repeat_and_how_to_go_on(demo: Demo) -> None:
    url = demo.record["url"]
    assert f"$ curl -X POST {url}/v1/background-swap-with-image \\\n" in demo.said
    assert "-H 'Authorization: Bearer sk_live_" in demo.said
    assert f"$ python3 manage.py run --data '{demo.data}' --port {url.rpartition(':')[2]}" in demo.said
    assert f"{url}/admin/" in demo.said
    password = (demo.data / "admin-password").read_text().strip()
    assert f"admin, password {password}" in demo.said
    assert (demo.data / "admin-password").stat().st_mode & 0o077 == 0


def test_what_goes_wrong_is_one_sentence_and_an_exit_code(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with _started(tmp_path, "--port", str(port)) as running:
            _, errors = running.communicate(timeout=60)
    assert running.returncode == 1
    [sentence] = _without_set_up(errors)
    assert sentence.startswith(f"CommandError: The demo failed. Port {port} cannot be used")
    assert not (tmp_path / "demo").exists()


def test_killed_on_its_second_run_it_leaves_no_process(demo: Demo) -> None:
    with _started(demo.data) as again:
        assert again.stdout is not None
        for line in again.stdout:
            if line.startswith("6. "):
                break
        assert len(_processes_of(demo.data)) > 5
        again.send_signal(signal.SIGKILL)
        again.wait()
        waiting.until(lambda: not _processes_of(demo.data))
