"""Studio stops in time, leaves nothing running, and goes on where it was."""

import os
import signal
import time
from pathlib import Path

from studio_client.reference.journal import Journal
from tests import waiting
from tests.studio_client import asking, pictures, service
from tests.studio_client.files import Files


def alive(pid: int) -> bool:
    """Whether the process runs; one that has ended but was not waited for does not."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_killed_studio_finishes_its_jobs_at_the_next_start(caller: Files, tmp_path: Path) -> None:
    job_id, held = asking.job_id(), f"/held/{tmp_path.name}"
    body = asking.swap(caller, source={"url": caller.hold(held, pictures.subject())})
    with service.running(tmp_path, caller.address) as studio:
        done = asking.job_id()
        studio.call("PUT", f"/v1/jobs/{done}", json=asking.generator())
        finished = studio.ended(done)
        studio.call("PUT", f"/v1/jobs/{job_id}", json=body)
        before = waiting.until(lambda: (job := studio.job(job_id))["stage"] == "fetch_source" and job)
        child = studio.child()
        os.kill(studio.pid, signal.SIGKILL)
        waiting.until(lambda: not alive(child), 5)
    caller.release(held)
    with service.running(tmp_path, caller.address) as studio:
        after = studio.ended(job_id)
        kept = studio.job(done)
        picture = studio.session.get(kept["outputs"][0]["url"], timeout=10)
        began = time.monotonic()
        os.kill(studio.pid, signal.SIGTERM)
        assert studio.process is not None
        assert studio.process.wait(5) == 0
        assert time.monotonic() - began < 2
    assert after["status"] == "SUCCESS"
    assert after["version"] > before["version"]
    assert kept["version"] == finished["version"]
    assert len(picture.content) == kept["outputs"][0]["bytes"]


def test_a_studio_told_to_stop_drains_and_keeps_what_it_could_not_finish(
    caller: Files, tmp_path: Path
) -> None:
    job_id, held = asking.job_id(), f"/held/{tmp_path.name}"
    body = asking.swap(caller, source={"url": caller.hold(held, pictures.subject())})
    with service.running(tmp_path, caller.address) as studio:
        studio.call("PUT", f"/v1/jobs/{job_id}", json=body)
        waiting.until(lambda: studio.job(job_id)["stage"] == "fetch_source")
        began = time.monotonic()
        os.kill(studio.pid, signal.SIGTERM)
        answer = studio.call("PUT", f"/v1/jobs/{job_id}", json=body)
        while answer.status_code == 200:
            answer = studio.call("PUT", f"/v1/jobs/{job_id}", json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "draining")
        assert answer.headers["Retry-After"] == "2"
        assert studio.call("GET", "/v1/ready").status_code == 503
        assert studio.job(job_id)["status"] == "IN_PROGRESS"
        assert studio.process is not None
        assert studio.process.wait(5) == 0
        assert time.monotonic() - began < 3
    caller.release(held)
    (kept,) = Journal(tmp_path / "jobs").load()
    assert (kept.job_id, kept.status) == (job_id, "IN_PROGRESS")
