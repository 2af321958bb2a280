"""What must be true if everything works. Each raises DemoFailed, and says what is not."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from config.demo.failure import DemoFailed
from config.demo.job import Followed


def ended_as(status: str, followed: Followed) -> None:
    state = followed.state
    if state["status"] == status:
        return
    error = state["error"]
    why = f" ({error['code']}: {error['message']})" if error else ""
    raise DemoFailed(f"Job {followed.job_id} ended as {state['status']}{why} instead of {status}.")


def is_the_render(content: bytes, meta: Mapping[str, Any], preset: Mapping[str, Any]) -> None:
    if hashlib.sha256(content).hexdigest() != meta["sha256"]:
        raise DemoFailed("The result is not the picture whose SHA-256 the job names.")
    if (meta["width"], meta["height"]) != (preset["width"], preset["height"]):
        raise DemoFailed(f"The result has {meta['width']} x {meta['height']} pixels, not the preset's size.")


def refunded_once(entries: Sequence[Mapping[str, Any]], refusal: Followed) -> None:
    cost = refusal.accepted.body["credits_cost"]
    refunds = [(entry["job_id"], entry["amount"]) for entry in entries if entry["kind"] == "REFUND"]
    if refunds != [(refusal.job_id, cost)]:
        raise DemoFailed(f"Job {refusal.job_id} cost {cost} credits; the ledger's refunds are {refunds}.")


def adds_up(credits: Mapping[str, int], first: int, swap: Followed, refusal: Followed) -> None:
    charged = first - swap.accepted.body["credits_cost"]
    expected = {
        "before": first,
        "after_charge": charged,
        "after_second_charge": charged - refusal.accepted.body["credits_cost"],
        "end": charged,
    }
    if credits != expected:
        raise DemoFailed(f"The balance was {credits} and should have been {expected}.")
