"""One JSON file per job, replaced whole at each change, so that a killed Studio goes on where it was.

Files are not forced to the disk: after a power cut the newest may be missing, and the caller's next PUT
brings the job back.
"""

import json
import logging
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from studio_client.reference import orders
from studio_client.reference.codes import Failure
from studio_client.reference.job import Job, Made

log = logging.getLogger(__name__)


class Journal:
    """Keeps jobs in ``folder``; the files hold signed URLs and are readable by their owner only."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def save(self, job: Job) -> None:
        """Write the job; whoever reads the file sees the old state or the new one."""
        path = self._path(job.job_id)
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(_kept(job), separators=(",", ":")))
        fresh.replace(path)

    def forget(self, job_id: str) -> None:
        self._path(job_id).unlink(missing_ok=True)

    def load(self) -> Iterator[Job]:
        """Every readable job; an unreadable file is moved aside and named in the log."""
        for path in sorted(self._folder.glob("*.json")):
            try:
                yield _restored(json.loads(path.read_bytes()))
            except Exception:
                log.exception("journal file %s can't be read; moved aside", path.name)
                path.rename(path.with_suffix(".unreadable"))

    def _path(self, job_id: str) -> Path:
        return self._folder / f"{job_id}.json"


def _kept(job: Job) -> dict[str, object]:
    return {
        "job_id": job.job_id,
        "request": job.request,
        "status": job.status,
        "version": job.version,
        "progress": job.progress,
        "stage": job.stage,
        "made": None if job.made is None else asdict(job.made),
        "failure": None if job.failure is None else asdict(job.failure),
        "spent": sorted(job.spent),
        "created_at": job.created_at.isoformat(),
        "updated_at": job.updated_at.isoformat(),
    }


def _restored(kept: dict[str, Any]) -> Job:
    failure = kept["failure"]
    return Job(
        job_id=kept["job_id"],
        request=kept["request"],
        order=orders.read(kept["request"]),
        status=kept["status"],
        version=kept["version"],
        progress=kept["progress"],
        stage=kept["stage"],
        made=None if kept["made"] is None else Made(**kept["made"]),
        failure=None if failure is None else Failure(**(failure | {"reasons": tuple(failure["reasons"])})),
        spent=set(kept["spent"]),
        created_at=datetime.fromisoformat(kept["created_at"]),
        updated_at=datetime.fromisoformat(kept["updated_at"]),
    )
