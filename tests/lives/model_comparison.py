"""Whether the gateway stands as the model has it: account, entries, jobs, and what its client is shown."""

import json
import runpy
from collections import Counter
from pathlib import Path
from typing import Any

from django.db import connection

from clients import ulids
from config.embedded.bootstrap import ROOT
from tests.billing.api import test_entries_csv
from tests.lives.model import Job, Model
from tests.world import Api, Owner

_verify = runpy.run_path(str(ROOT / "docs" / "verify_ledger.py"))["verify"]

_ACCOUNT = """
    SELECT balance, in_flight, open_jobs, seq,
           (SELECT array_agg(seq ORDER BY seq) FROM billing_ledgerentry WHERE account_id = account.id),
           (SELECT array_agg(kind || amount) FROM billing_ledgerentry WHERE account_id = account.id)
    FROM billing_creditaccount AS account WHERE client_id = %s AND livemode
"""
_JOBS = """
    SELECT ulid_text(id), status, error_code, credits_cost, attempt, resubmit, studio_version, trouble,
           lease_until > now(), next_action_at IS NOT NULL, result IS NOT NULL,
           (SELECT array_agg(kind || amount ORDER BY seq) FROM billing_ledgerentry WHERE job_id = job.id),
           (SELECT count(*) FROM workflows_jobevent
            WHERE job_id = job.id AND event_type IN ('succeeded', 'failed')),
           (SELECT count(*) FROM workflows_jobevent
            WHERE job_id = job.id AND extra->>'trouble' = 'late_success')
    FROM workflows_job AS job WHERE client_id = %s
"""
_OF_A_JOB = (
    "status",
    "error",
    "cost",
    "attempt",
    "resubmit",
    "studio_version",
    "trouble",
    "leased",
    "alarm",
    "result",
    "entries",
    "ends",
    "late_successes",
)


def compare(owner: Owner, model: Model) -> None:
    """After each step: what stands in the database."""
    client = ulids.to_uuid(owner.client.id)
    ((*figures, seqs, entries),) = _rows(_ACCOUNT, client)
    assert figures == [model.balance, model.in_flight, len(model.live), len(model.entries)]
    assert (seqs or []) == list(range(1, len(model.entries) + 1))
    assert Counter(entries) == Counter(f"{kind}{amount}" for kind, amount in model.entries)
    found = {job_id: dict(zip(_OF_A_JOB, stands, strict=True)) for job_id, *stands in _rows(_JOBS, client)}
    assert found == {job_id: _must_stand(job) for job_id, job in model.jobs.items()}


def _rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _must_stand(job: Job) -> dict[str, Any]:
    charge, refund = f"CHARGE-{job.cost}", f"REFUND{job.cost}"
    return {
        "status": job.status,
        "error": job.code,
        "cost": job.cost,
        "attempt": job.attempt,
        "resubmit": job.resubmit,
        "studio_version": job.studio_version,
        "trouble": job.trouble,
        "leased": True if job.leased else None,
        "alarm": job.is_live,
        "result": job.status == "SUCCESS",
        "entries": [charge, refund] if job.status == "FAILURE" else [charge],
        "ends": 0 if job.is_live else 1,
        "late_successes": int(job.late_success),
    }


def compare_whole(owner: Owner, key: str, model: Model, file: Path) -> None:
    """At the end: also what the API shows, and what a client's own program finds in it."""
    compare(owner, model)
    api = Api(key)
    credits = api.get("/v1/credits").json()
    assert (credits["balance"], credits["in_flight"]) == (model.balance, model.in_flight)
    _compare_shown(api, model)
    file.write_bytes(test_entries_csv.export(api))
    said = _verify(file, owner.client.id, "live")
    assert said.startswith(f"{len(model.entries)} entries are right; balance {model.balance},")


def _compare_shown(api: Api, model: Model) -> None:
    """Pictures of succeeded jobs only: neither a list nor a single look leads to that of a refunded one."""
    listed = {job["public_id"]: job for job in api.get("/v1/jobs?limit=200").json()["jobs"]}
    renders = {render["public_id"] for render in api.get("/v1/renders?limit=200").json()["renders"]}
    assert listed.keys() == model.jobs.keys()
    for job_id, job in model.jobs.items():
        shows_picture = f"/{job_id}/" in json.dumps(listed[job_id])
        assert (shows_picture, job_id in renders) == ((job.status == "SUCCESS"),) * 2
        refunded = job.cost if job.status == "FAILURE" else 0
        assert listed[job_id]["credits"] == {
            "cost": job.cost,
            "refunded": refunded,
            "net": job.cost - refunded,
        }
