"""An order and an answer that are right, for tests to spoil."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import studio_client
from studio_client import Options, Order, Output, Picture

JOB_ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
OTHER_ID = "01BX5ZZKBKACTAV9WEVGEMMVRZ"


def order(**changes: Any) -> Order:
    """A swap of two pictures with a deadline five minutes away."""
    usual = Order(
        job_id=JOB_ID,
        workflow="background-swap-with-image",
        source=Picture("http://127.0.0.1:9/source?signature=1"),
        background=Picture("http://127.0.0.1:9/background?signature=1"),
        output=Output(320, 240, "cover", "jpeg"),
        options=Options(),
        put_url="http://127.0.0.1:9/result?signature=1",
        callback=None,
        deadline=datetime.now(UTC) + timedelta(minutes=5),
        source_ref="uploads/source.jpg",
        background_ref="catalogue/background.jpg",
    )
    return replace(usual, **changes)


def job(**changes: object) -> dict[str, object]:
    """Studio's JSON about a job that has just begun."""
    usual: dict[str, object] = {
        "job_id": JOB_ID,
        "status": "IN_PROGRESS",
        "version": 2,
        "progress": 0.5,
        "stage": "matte",
        "outputs": [],
        "error": None,
        "confidence": None,
        "warnings": [],
        "engine": None,
        "timings": {},
    }
    return usual | changes


def client(url: str) -> studio_client.StudioClient:
    """A client with little patience."""
    return studio_client.StudioClient(url, "a-token", connect_timeout=1, read_timeout=0.4, total_timeout=0.8)
