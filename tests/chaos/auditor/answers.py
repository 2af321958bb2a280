"""What the clients were told must be true, and stay true."""

from collections import defaultdict
from collections.abc import Iterator

from tests.chaos.auditor.evidence import Evidence, ulid

_MAY_REFUSE = {
    402: {"INSUFFICIENT_BALANCE"},
    409: {"IDEMPOTENCY_IN_PROGRESS"},
    422: {"IDEMPOTENCY_KEY_REUSED"},
}


def violations(found: Evidence) -> Iterator[str]:
    yield from _every_202_exists(found)
    yield from _one_job_for_a_key(found)
    yield from _nobody_else_has_jobs(found)
    yield from _refusals(found)
    yield from _ends_stay(found)
    yield from _pictures(found)


def _every_202_exists(found: Evidence) -> Iterator[str]:
    logged = {row["id"]: row for row in found.tables["requests"]}
    ids = {client["name"]: ulid(client["client_id"]) for client in found.clients}
    for told in found.lines("accepted"):
        job, log = found.jobs.get(told["job_id"]), logged.get(ulid(told["request_id"]))
        if job is None:
            yield f"202 without a job: {told['job_id']} of {told['client']}"
            continue
        truth = (job["client_id"], job["credits_cost"], job["request_id"], job["pilot_brand"])
        if truth != (ids[told["client"]], told["credits_cost"], ulid(told["request_id"]), told["label"]):
            yield f"202 that says other things than the job: {told['job_id']}"
        if log is None or (log["status"], log["job_id"], log["credits"]) != (
            202,
            job["id"],
            told["credits_cost"],
        ):
            yield f"202 without its row in the request log: {told['job_id']}"
        if told["other"]:
            yield f"202 for a key that was used with another body: {told['job_id']}"


def _one_job_for_a_key(found: Evidence) -> Iterator[str]:
    answers = defaultdict(set)
    for told in found.lines("accepted"):
        if told["key"]:
            answers[told["client"], told["key"]].add((told["job_id"], told["sha256"]))
    for (client, key), several in answers.items():
        if len(several) > 1:
            yield f"{client}'s key {key} was answered in {len(several)} ways"
    made = defaultdict(list)
    for job_id, job in found.jobs.items():
        made[job["client_id"], job["pilot_brand"]].append(job_id)
    for (_, label), several_jobs in made.items():
        if len(several_jobs) > 1:
            yield f"{label} became {len(several_jobs)} jobs: {', '.join(several_jobs)}"


def _nobody_else_has_jobs(found: Evidence) -> Iterator[str]:
    ids = {client["name"]: ulid(client["client_id"]) for client in found.clients}
    asked = {
        (ids[line["client"]], line["label"])
        for what in ("accepted", "not accepted", "no answer")
        for line in found.lines(what)
    }
    for job_id, job in found.jobs.items():
        if (job["client_id"], job["pilot_brand"]) not in asked:
            yield f"a job that no client asked for: {job_id}"


def _refusals(found: Evidence) -> Iterator[str]:
    made_by = {job["request_id"]: job_id for job_id, job in found.jobs.items()}
    for told in found.lines("refused") + found.lines("not accepted"):
        status, code = told["status"], told["code"]
        if status >= 500 and (status != 503 or not told["retry_after"]):
            wait = told["retry_after"]
            yield f"an answer {status} {code}, Retry-After {wait}, to request {told['request_id']}"
        job_id = made_by.get(ulid(told["request_id"])) if told["request_id"] else None
        if job_id and told["charged"] == 0:
            yield f"{status} that says nothing was charged, and the job is there: {job_id}"
        if status < 500 and "label" in told and code not in _MAY_REFUSE.get(status, ()):
            yield f"an order was refused with {status} {code}: {told['label']}"


def _ends_stay(found: Evidence) -> Iterator[str]:
    seen = defaultdict(set)
    for told in found.lines("saw"):
        seen[told["job_id"]].add((told["status"], told["code"], told["net"]))
    for job_id, ends in seen.items():
        job = found.jobs.get(job_id)
        if len(ends) > 1:
            yield f"an end that changed: {job_id} was {ends}"
        elif job is None or (job["status"], job["error_code"]) != next(iter(ends))[:2]:
            yield f"a client was told another end than there is: {job_id}"
    for job_id in {told["job_id"] for told in found.lines("accepted")} - set(seen):
        yield f"the end of {job_id} was never shown to its client"


def _pictures(found: Evidence) -> Iterator[str]:
    delivered = {
        job_id: {line["sha256"] for line in lines} for job_id, lines in found.at_studio("delivered").items()
    }
    fetched = set()
    for told in found.lines("picture"):
        job = found.jobs.get(told["job_id"])
        fetched.add(told["job_id"])
        if job is None or job["status"] != "SUCCESS":
            yield f"the picture of a job that did not succeed was fetched: {told['job_id']}"
        elif told["sha256"] not in delivered.get(told["job_id"], set()):
            yield f"a picture that Studio did not deliver for this job: {told['job_id']}"
    watched = {told["job_id"] for told in found.lines("accepted")}
    for job_id in watched - fetched:
        if job_id in found.jobs and found.jobs[job_id]["status"] == "SUCCESS":
            yield f"a job succeeded and its picture could not be fetched: {job_id}"
