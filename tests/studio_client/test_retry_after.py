"""How long to wait, said by a header that may be anything."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from studio_client import NotNow
from tests.studio_client import misbehaving, samples


def retry_after(header: str) -> float | None:
    with misbehaving.serving(
        misbehaving.refusal("429 Too Many", "queue_full", f"Retry-After: {header}")
    ) as server:
        with pytest.raises(NotNow) as not_now:
            samples.client(server.url).submit(samples.order())
        return not_now.value.retry_after


@pytest.mark.parametrize(("header", "seconds"), [("0", 0.0), ("2", 2.0), ("1.5", 1.5), ("300", 300.0)])
def test_seconds_are_taken(header: str, seconds: float) -> None:
    assert retry_after(header) == seconds


@pytest.mark.parametrize("header", ["301", "86400"])
def test_patience_ends_at_five_minutes(header: str) -> None:
    assert retry_after(header) == 300.0


@pytest.mark.parametrize(
    "header",
    ["-1", "NaN", "inf", "1e3", "86401", "9" * 400, "1_0", "", "tomorrow", "Mon, 99 Foo 2026 00:00:00 GMT"],
)
def test_nonsense_is_ignored(header: str) -> None:
    assert retry_after(header) is None


def test_an_http_date_is_taken() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    seconds = retry_after(soon)
    assert seconds is not None
    assert 50 < seconds <= 60


@pytest.mark.parametrize("away", [timedelta(days=-1), timedelta(days=2)])
def test_a_date_long_ago_or_far_away_is_ignored(away: timedelta) -> None:
    assert retry_after(format_datetime(datetime.now(UTC) + away, usegmt=True)) is None


def test_the_figure_of_a_failed_job_is_treated_alike() -> None:
    error = {"code": "worker_crashed", "message": "", "retryable": True, "retry_after_s": 4000}
    body = samples.job(status="FAILURE", error=error)
    with misbehaving.serving(misbehaving.answer("200 OK", body)) as server:
        job = samples.client(server.url).get(samples.JOB_ID)
    assert job.error is not None
    assert job.error.retry_after_s == 300.0
