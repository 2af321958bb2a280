"""R6: Studio's list against the book, and our successes against Studio; what can't be asked is said."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import transaction
from pytest_django import Settings

from clients import ulids
from tests.billing import breaches, world
from tests.billing.world import Book
from tests.lives import scripted_studio
from tests.lives.scripted_studio import ScriptedStudio
from workflows import studios
from workflows.audit import studio as r6

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class ListingStudio(ScriptedStudio):
    """It can list its jobs as well, two to a page; `spoiled` ids are left out of a batch's answer."""

    list_status: int = 200
    next_cursor: str = ""
    spoiled: set[str] = field(default_factory=set)

    def answer(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        where = urlsplit(path)
        if method == "GET" and where.path == "/v1/jobs":
            self.asked.append((method, path, body))
            return self.list_status, self._page(parse_qs(where.query))
        if method == "GET":
            known = self.jobs.get(path.rpartition("/")[2])
            missing = {"error": scripted_studio.error("job_not_found")}
            return (200, known) if known else (404, missing)
        status, answer = super().answer(method, path, body)
        if method == "POST":
            answer["jobs"] = [job for job in answer["jobs"] if job["job_id"] not in self.spoiled]
        return status, answer

    def _page(self, query: dict[str, list[str]]) -> dict[str, Any]:
        start = int(query.get("cursor", ["0"])[0])
        more = str(start + 2) if len(self.jobs) > start + 2 else None
        return {"jobs": list(self.jobs.values())[start : start + 2], "next_cursor": self.next_cursor or more}


@pytest.fixture
def studio(settings: Settings) -> Iterator[ListingStudio]:
    """The Studio of both modes."""
    serving = ListingStudio()
    with scripted_studio.running(serving):
        settings.STUDIO_URL = settings.STUDIO_TEST_URL = serving.url
        studios.of.cache_clear()
        yield serving
        studios.of.cache_clear()


@pytest.fixture
def book(committed_db: object) -> Book:
    return world.open_book()


def job(book: Book, status: str = "") -> str:
    """A job of ours with its money, ended as told, by its id on the wire."""
    with transaction.atomic():
        job_id = book.charged_job()
        if status == "SUCCESS":
            book.start(job_id)
        if status:
            book.end(job_id, status)
        if status == "FAILURE":
            book.refund(job_id)
    return ulids.from_uuid(book.sql("SELECT %(job)s::uuid", job=job_id)[0][0])


def found(report: r6.StudioReport) -> set[tuple[str, str]]:
    assert report.not_checked == []
    assert {breach.rule for breach in report.breaches} <= {"R6"}
    return {(breach.subject, breach.found) for breach in report.breaches}


def test_where_both_agree_there_is_no_breach(studio: ListingStudio, book: Book) -> None:
    for status in ("SUCCESS", "", "SUCCESS", "SUCCESS"):
        studio.says(job(book, status), status or "IN_PROGRESS")
    report = r6.check(LONG_AGO)
    assert found(report) == set()
    assert (report.listed, report.successes, report.late_successes) == (4, 3, 0)
    assert [path for _, path, _ in studio.asked if path.startswith("/v1/jobs?")][1].endswith("cursor=2")


def test_a_job_that_only_studio_has_is_named(studio: ListingStudio, book: Book) -> None:
    stranger = ulids.new()
    for job_id in (stranger, "not\x1b[2Jan id"):
        studio.says(job_id, "IN_PROGRESS")
    assert {subject for subject, _ in found(r6.check(LONG_AGO))} == {
        f"job {stranger}",
        r"job 'not\x1b[2Jan id'",
    }


@pytest.mark.parametrize("said", ["FAILURE", "IN_PROGRESS", None])
def test_a_success_that_is_none_at_studio_is_named(
    studio: ListingStudio, book: Book, said: str | None
) -> None:
    ours = job(book, "SUCCESS")
    if said == "FAILURE":
        studio.fails(ours, "no_subject")
    elif said:
        studio.says(ours, said)
    assert found(r6.check(LONG_AGO)) == {(f"job {ours}", f"SUCCESS here, {said or 'unknown'} at Studio")}


def test_a_success_that_a_batch_leaves_out_is_asked_for_alone(studio: ListingStudio, book: Book) -> None:
    ours = job(book, "SUCCESS")
    studio.says(ours, "SUCCESS")
    studio.spoiled.add(ours)
    assert found(r6.check(LONG_AGO)) == set()


def test_a_success_after_our_refund_is_counted_and_no_breach(studio: ListingStudio, book: Book) -> None:
    studio.says(job(book, "FAILURE"), "SUCCESS")
    report = r6.check(LONG_AGO)
    assert found(report) == set()
    assert report.late_successes == 1


def test_a_test_job_at_the_live_studio_is_named(
    studio: ListingStudio, book: Book, settings: Settings
) -> None:
    settings.STUDIO_TEST_URL = ""
    ours = job(book)
    studio.says(ours, "IN_PROGRESS")
    assert found(r6.check(LONG_AGO)) == set()
    with breaches.unguarded():
        book.sql("UPDATE workflows_job SET livemode = false")
    studios.of.cache_clear()
    report = r6.check(LONG_AGO)
    assert [breach.subject for breach in report.breaches] == [f"job {ours}"]
    assert report.not_checked == [
        "the Studio of test jobs: not_configured: no Studio is configured for this mode"
    ]


def test_only_successes_since_then_are_asked_for(studio: ListingStudio, book: Book) -> None:
    job(book, "SUCCESS")
    report = r6.check(datetime.now(UTC) + timedelta(minutes=1))
    assert (report.successes, report.breaches) == (0, [])


def test_a_studio_that_refuses_its_list_is_not_checked(studio: ListingStudio, book: Book) -> None:
    studio.list_status = 503
    report = r6.check(LONG_AGO)
    assert report.breaches == []
    assert len(report.not_checked) == 1
    assert report.not_checked[0].startswith("the Studio of live and test jobs: ")


def test_a_list_without_an_end_is_not_followed(studio: ListingStudio, book: Book) -> None:
    studio.next_cursor = "0"
    assert r6.check(LONG_AGO).not_checked == ["the Studio of live and test jobs: its list leads in a circle"]
