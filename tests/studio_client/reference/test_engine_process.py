"""The process that makes pictures may hang, die or run out of memory: the job fails, Studio goes on."""

import io
import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from tests import waiting
from tests.studio_client import asking, service
from tests.studio_client.files import Files
from tests.studio_client.service import Studio


@pytest.fixture(scope="module")
def studio(caller: Files, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A Studio with little patience and little memory."""
    limits = {"STUDIO_ENGINE_SECONDS": "2", "STUDIO_MEMORY_MB": "750", "STUDIO_QUEUE_LIMIT": "2"}
    with service.running(tmp_path_factory.mktemp("studio"), caller.address, **limits) as studio:
        yield studio


def frozen(studio: Studio) -> int:
    """Stop the child in its tracks; returns its id."""
    child = studio.child()
    os.kill(child, signal.SIGSTOP)
    return child


def asked(studio: Studio, job_id: str, body: dict[str, Any]) -> dict[str, Any]:
    studio.call("PUT", f"/v1/jobs/{job_id}", json=body)
    return studio.ended(job_id)


def works(studio: Studio) -> bool:
    return bool(asked(studio, asking.job_id(), asking.generator())["status"] == "SUCCESS")


def test_a_child_that_dies_costs_one_try(studio: Studio) -> None:
    job_id, body = asking.job_id(), asking.generator()
    child = frozen(studio)
    studio.call("PUT", f"/v1/jobs/{job_id}", json=body)
    waiting.until(lambda: studio.job(job_id)["status"] == "IN_PROGRESS")
    os.kill(child, signal.SIGKILL)
    error = studio.ended(job_id)["error"]
    assert (error["code"], error["retryable"]) == ("worker_crashed", True)
    assert asked(studio, job_id, body)["status"] == "SUCCESS"
    assert studio.child() != child


def test_a_child_that_hangs_is_too_heavy_the_second_time(studio: Studio) -> None:
    job_id, body = asking.job_id(), asking.generator()
    codes = []
    for _ in range(2):
        assert works(studio)
        frozen(studio)
        error = asked(studio, job_id, body)["error"]
        codes.append((error["code"], error["retryable"]))
    assert codes == [("engine_timeout", True), ("too_heavy", False)]


def test_a_picture_beyond_the_memory_is_too_heavy_the_second_time(studio: Studio, caller: Files) -> None:
    file = io.BytesIO()
    Image.new("RGB", (7000, 7000), "white").save(file, "PNG", compress_level=1)
    job_id = asking.job_id()
    body = asking.swap(caller, source={"url": caller.put("/vast.png", file.getvalue())})
    codes = [asked(studio, job_id, body)["error"]["code"] for _ in range(2)]
    assert codes == ["out_of_memory", "too_heavy"]
    assert works(studio)


def test_cancelling_ends_the_work_of_the_child(studio: Studio) -> None:
    assert works(studio)
    job_id = asking.job_id()
    child = frozen(studio)
    studio.call("PUT", f"/v1/jobs/{job_id}", json=asking.generator())
    waiting.until(lambda: studio.job(job_id)["status"] == "IN_PROGRESS")
    assert studio.call("POST", f"/v1/jobs/{job_id}/cancel").status_code == 202
    waiting.until(lambda: child not in service.children(studio.pid))
    assert works(studio)


def test_no_more_jobs_are_taken_than_the_limit(studio: Studio) -> None:
    assert works(studio)
    child = frozen(studio)
    ids = [asking.job_id() for _ in range(3)]
    answers = [studio.call("PUT", f"/v1/jobs/{job_id}", json=asking.generator()) for job_id in ids]
    os.kill(child, signal.SIGCONT)
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert answers[2].json()["error"]["code"] == "queue_full"
    assert answers[2].json()["error"]["retryable"] is True
    assert int(answers[2].headers["Retry-After"]) > 0
    assert [studio.ended(job_id)["status"] for job_id in ids[:2]] == ["SUCCESS", "SUCCESS"]
    assert studio.call("GET", f"/v1/jobs/{ids[2]}").status_code == 404


def test_the_figures_tell_of_it(studio: Studio) -> None:
    figures = studio.call("GET", "/metrics").text.splitlines()
    starts = [line for line in figures if line.startswith("studio_engine_starts_total ")]
    assert len(starts) == 1
    assert int(starts[0].split()[1]) >= 1
    assert "studio_ready 1" in figures
