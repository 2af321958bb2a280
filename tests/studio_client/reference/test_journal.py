"""What the journal keeps, and that a spoiled file harms only itself."""

import stat
from pathlib import Path

from studio_client.reference import orders
from studio_client.reference.codes import Failure
from studio_client.reference.job import Job, Made
from studio_client.reference.journal import Journal
from tests.studio_client import asking


def job() -> Job:
    body = asking.generator()
    return Job(asking.job_id(), body, orders.read(body))


def test_a_job_comes_back_as_it_was(tmp_path: Path) -> None:
    journal, kept = Journal(tmp_path), job()
    kept.status, kept.version, kept.progress, kept.stage, kept.spent = (
        "FAILURE",
        7,
        0.4,
        "matte",
        {"engine_timeout"},
    )
    kept.failure = Failure("engine_timeout", "slow", "matte", ("a", "b"), 2.5)
    kept.made = Made([{"url": "x"}], 0.5, ["w"], {"name": "classic"}, ["shadow"], {"cut": 0.1})
    journal.save(kept)
    assert list(Journal(tmp_path).load()) == [kept]


def test_a_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    journal, kept = Journal(tmp_path), job()
    journal.save(kept)
    journal.save(kept)
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_spoiled_file_is_moved_aside(tmp_path: Path) -> None:
    journal, kept = Journal(tmp_path), job()
    journal.save(kept)
    (tmp_path / "01ARZ3NDEKTSV4RRFFQ69G5FAV.json").write_bytes(b"")
    assert [each.job_id for each in journal.load()] == [kept.job_id]
    assert (tmp_path / "01ARZ3NDEKTSV4RRFFQ69G5FAV.unreadable").exists()


def test_a_forgotten_job_is_gone(tmp_path: Path) -> None:
    journal, kept = Journal(tmp_path), job()
    journal.save(kept)
    journal.forget(kept.job_id)
    assert list(journal.load()) == []
