"""The board: what may change in a job, and what may not."""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from studio_client.reference import board, orders
from studio_client.reference.board import Board, Conflict, Full
from studio_client.reference.codes import Failure
from studio_client.reference.job import Job, Made
from studio_client.reference.journal import Journal
from tests.studio_client import asking

NOTHING = Made([], None, [], None, [], {})


class Case:
    """A board with room for two, and what it told of each change of status."""

    def __init__(self, folder: Path) -> None:
        self.told: list[tuple[str, int]] = []
        self.board = Board(Journal(folder), 2, lambda job: self.told.append((job.status, job.version)))

    def put(self, job_id: str | None = None, **changes: Any) -> Job:
        body = asking.generator(**changes)
        return self.board.put(job_id or asking.job_id(), body, orders.read(body))[0]


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(tmp_path)


def run(step: Coroutine[Any, Any, Job]) -> Job:
    return asyncio.run(step)


def test_a_job_runs_from_the_queue_to_its_end(case: Case) -> None:
    job = case.put()
    assert run(case.board.next()) is job
    case.board.report(job, "matte", 0.5)
    assert case.board.succeed(job, NOTHING)
    assert (job.status, job.version, job.progress) == ("SUCCESS", 4, 1.0)
    assert case.told == [("IN_PROGRESS", 2), ("SUCCESS", 4)]


def test_an_end_is_final(case: Case) -> None:
    job = case.put()
    assert case.board.fail(job, Failure("cancelled", ""))
    version = job.version
    assert not case.board.succeed(job, NOTHING)
    assert not case.board.fail(job, Failure("internal", ""))
    case.board.report(job, "matte", 0.9)
    assert (job.status, job.version, job.failure) == ("FAILURE", version, Failure("cancelled", ""))


def test_small_steps_are_left_out_and_progress_never_falls(case: Case) -> None:
    job = case.put()
    run(case.board.next())
    for share in (0.5, 0.51, 0.2, 0.6):
        case.board.report(job, "matte", share)
    assert (job.version, job.progress) == (4, 0.6)


def test_a_cancelled_job_is_not_taken_from_the_queue(case: Case) -> None:
    first, second = case.put(), case.put()
    case.board.fail(first, Failure("cancelled", ""))
    assert run(case.board.next()) is second


def test_only_unfinished_jobs_count_against_the_limit(case: Case) -> None:
    first, _ = case.put(), case.put()
    with pytest.raises(Full):
        case.put()
    assert case.put(first.job_id) is first
    case.board.fail(first, Failure("cancelled", ""))
    case.put()


def test_a_job_is_not_opened_again_where_there_is_no_room(case: Case) -> None:
    first = case.put()
    case.board.fail(first, Failure("internal", ""))
    case.put()
    case.put()
    with pytest.raises(Full):
        case.put(first.job_id)
    assert first.status == "FAILURE"


def test_another_request_under_a_known_id_is_a_conflict(case: Case) -> None:
    with pytest.raises(Conflict):
        case.put(case.put().job_id, fingerprint="0" * 64)


def test_each_change_outlives_the_process(case: Case, tmp_path: Path) -> None:
    job = case.put()
    run(case.board.next())
    case.board.report(job, "matte", 0.5)
    again = Case(tmp_path).board
    again.reload()
    reloaded = again.get(job.job_id)
    assert reloaded is not None
    assert (reloaded.status, reloaded.version, reloaded.progress) == ("NOT_STARTED", job.version + 1, 0.0)
    assert run(again.next()) is reloaded


def test_old_ends_are_forgotten_and_unfinished_jobs_never(case: Case, tmp_path: Path) -> None:
    ended, live = case.put(), case.put()
    case.board.fail(ended, Failure("cancelled", ""))
    ended.updated_at = live.updated_at = datetime.now(UTC) - board.KEEP * 2
    assert case.board.forget_old() == [ended]
    assert case.board.get(ended.job_id) is None
    assert case.board.get(live.job_id) is live
    assert [path.stem for path in tmp_path.iterdir()] == [live.job_id]
