"""Every credit is where the clients' and Studio's own journals say it must be."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC
from uuid import UUID

from tests.chaos.auditor.evidence import Evidence, Row, text_of, ulid


def violations(found: Evidence) -> Iterator[str]:
    yield from _balances(found)
    for job_id, job in found.jobs.items():
        yield from _charged_once(job_id, job, found)
    for job_id in found.entries_of_job:
        if job_id and job_id not in found.jobs:
            yield f"entries about a job that does not exist: {job_id}"
    yield from _chains(found)


def _balances(found: Evidence) -> Iterator[str]:
    """Granted less what the client was shown as its net cost, as the client's own journal has it."""
    net: dict[str, dict[str, int]] = defaultdict(dict)
    for told in found.lines("saw"):
        net[told["client"]][told["job_id"]] = told["net"]
    accounts = {(account["client_id"], account["livemode"]): account for account in found.tables["accounts"]}
    shown = {line["client"]: line["balance"] for line in found.lines("in the end")}
    for client in found.clients:
        expected = client["credits"] - sum(net[client["name"]].values())
        account = accounts.pop((ulid(client["client_id"]), client["mode"] == "live"))
        if (account["balance"], account["in_flight"], account["open_jobs"]) != (expected, 0, 0):
            yield f"{client['name']} has {account['balance']} and should have {expected}, nothing in flight"
        if shown.get(client["name"]) != account["balance"]:
            seen = shown.get(client["name"])
            yield f"{client['name']} was shown a balance of {seen}, not {account['balance']}"
    for account in accounts.values():
        if account["balance"] or account["seq"]:
            yield f"an account that nobody gave anything holds {account['balance']}"


def _charged_once(job_id: str, job: Row, found: Evidence) -> Iterator[str]:
    entries = found.entries_of_job[job_id]
    amounts = [(entry["kind"], entry["amount"]) for entry in entries]
    cost = job["credits_cost"]
    expected = [("CHARGE", -cost)] + ([("REFUND", cost)] if job["status"] == "FAILURE" else [])
    if amounts != expected or any(entry["account_id"] != job["account_id"] for entry in entries):
        yield f"{job_id} is {job['status']} at {cost} credits and its entries are {amounts}"
        return
    if len(entries) == 2 and entries[1]["xmin"] != job["xmin"]:
        yield f"the failure of {job_id} and its refund were not written by one transaction"
    queued = [event["xmin"] for event in found.events_of_job[job_id] if event["event_type"] == "queued"]
    if queued != [entries[0]["xmin"]]:
        yield f"the charge of {job_id} and its acceptance were not written by one transaction"


def _chains(found: Evidence) -> Iterator[str]:
    chains: dict[UUID, list[Row]] = defaultdict(list)
    for entry in found.tables["entries"]:
        chains[entry["account_id"]].append(entry)
    for account in found.tables["accounts"]:
        mode = "live" if account["livemode"] else "test"
        head = _sha256(f"credits|{text_of(account['client_id'])}|{mode}")
        balance = 0
        for seq, entry in enumerate(chains[account["id"]], 1):
            balance += entry["amount"]
            head = _sha256("|".join([head.hex(), *_columns(entry)]))
            if (entry["seq"], entry["balance_after"], bytes(entry["hash"])) != (seq, balance, head):
                yield f"the chain of {text_of(account['client_id'])} breaks at entry {seq}"
                break
        else:
            if (account["balance"], account["seq"], bytes(account["head_hash"])) != (
                balance,
                len(chains[account["id"]]),
                head,
            ):
                yield f"the account of {text_of(account['client_id'])} is not at the end of its chain"


def _columns(entry: Row) -> list[str]:
    at = entry["created_at"].astimezone(UTC)
    return [
        *(str(entry[name]) for name in ("seq", "kind", "amount", "balance_after")),
        text_of(entry["job_id"]),
        text_of(entry["request_id"]),
        f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond:06d}Z",
        entry["description"],
    ]


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
