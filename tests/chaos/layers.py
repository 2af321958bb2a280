"""The layers that keep a job from being settled twice, each of which can be taken away.

Whoever takes one away learns whether the others hold; whoever takes all away, whether the auditor sees it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layer:
    """`refusal` is a fragment of what PostgreSQL writes into its log when this layer refuses; empty for the
    application's own, which refuses silently. `sql` and `preload` (a module) take it away."""

    name: str
    what: str
    refusal: str = ""
    sql: str = ""
    preload: str = ""


ALL = (
    Layer(
        "app guard",
        "settle moves a job only if it still lives (compare-and-set)",
        preload="tests.chaos.weakened.app_guard",
    ),
    Layer(
        "transition trigger",
        "an ended job's row can't be touched",
        refusal="has ended",
        sql="DROP TRIGGER job_guard ON workflows_job;",
    ),
    Layer(
        "unique index",
        "one charge and one refund for a job",
        refusal='"ledger_entry_one_charge_one_refund"',
        sql="DROP INDEX ledger_entry_one_charge_one_refund;",
    ),
    Layer(
        "money gate",
        "at COMMIT a job's state and its entries are one fact",
        refusal="refunds",
        sql="DROP TRIGGER money_gate_of_new_job ON workflows_job;"
        "DROP TRIGGER money_gate_of_ended_job ON workflows_job;"
        "DROP TRIGGER money_gate_of_entry ON billing_ledgerentry;",
    ),
)
BY_NAME = {layer.name: layer for layer in ALL}
