"""What attacks are written in: plain SQL about one standing book, and who refuses it.

In the SQL `$account`, `$client`, `$key` and the like stand for ids of that book: a client with jobs
`$waiting`, `$running`, `$succeeded` and `$failed`, each at the price of 5, and a stranger with `$strangers`.
"""

from dataclasses import dataclass

PRIVILEGE = "no privilege"
POLICY = "row-level security"


@dataclass(frozen=True)
class Attack:
    """Statements that must not get through, and by role what refuses them: a constraint, or one of the above.

    A role that is not named is not asked: it may, or another attack says the same of it.
    """

    sql: str
    refused: dict[str, str]


def impossible(by: str, *sql: str) -> Attack:
    """Refused to the application by a rule that the owner of the tables can't break either."""
    return Attack("; ".join(sql), {"app": by, "owner": by})


def forbidden(*sql: str, by: str = "") -> Attack:
    """Not a right of the application's, nor of the billing role's; `by` refuses it to the owner as well."""
    return Attack("; ".join(sql), {"app": PRIVILEGE, "billing": PRIVILEGE, **({"owner": by} if by else {})})


def mint(*sql: str, by: str = "") -> Attack:
    """Credits made by the application; `by` refuses it to whoever may make them."""
    return Attack("; ".join(sql), {"app": POLICY, **({"billing": by, "owner": by} if by else {})})


def post(
    kind: str,
    amount: int,
    job: str = "NULL",
    *,
    charge: str = "NULL",
    account: str = "$account",
    source: str = "NULL",
    reason: str = "",
    people: tuple[str, str] = ("NULL", "NULL"),
) -> str:
    """One entry at the end of an account's chain, rightly hashed."""
    return (
        f"SELECT ledger_post({account}, '{kind}', {amount}, {job}, {job}, NULL, {charge}, {source},"
        f" '{reason}', {', '.join(people)})"
    )


def refund(job: str, amount: int = 5, *, of: str = "", account: str = "$account") -> str:
    return post("REFUND", amount, job, charge=charge_of(of or job), account=account)


def charge_of(job: str) -> str:
    return f"(SELECT id FROM billing_ledgerentry WHERE job_id = {job} AND kind = 'CHARGE')"


def entry(**changes: str) -> str:
    """A charge for `$new` that continues the chain of `$account`, but for what is changed."""
    columns = {
        "account_id": "id",
        "seq": "seq + 1",
        "kind": "'CHARGE'",
        "amount": "-5",
        "balance_after": "balance - 5",
        "hash": "ledger_hash(head_hash, seq + 1, 'CHARGE', -5, balance - 5, $new, $new, now(), '')",
        "job_id": "$new",
        "request_id": "$new",
        "created_at": "now()",
        **changes,
    }
    return (
        f"INSERT INTO billing_ledgerentry ({', '.join(columns)}) SELECT {', '.join(columns.values())}"
        " FROM billing_creditaccount WHERE id = $account"
    )


def new_job(**changes: str) -> str:
    """The row of a job `$new`, without its charge."""
    columns = {
        "id": "$new",
        "client_id": "$client",
        "livemode": "true",
        "account_id": "$account",
        "api_key_id": "$key",
        "request_id": "$new",
        "workflow": "'background-swap-with-image'",
        "credits_cost": "5",
        "request": "'{}'",
        "inputs": "'{}'",
        "next_action_at": "now()",
        "deadline_at": "now() + interval '1 minute'",
        **changes,
    }
    return f"INSERT INTO workflows_job ({', '.join(columns)}) VALUES ({', '.join(columns.values())})"


def change(job: str, columns: str) -> str:
    return f"UPDATE workflows_job SET {columns} WHERE id = {job}"


ENDED = "finished_at = now(), next_action_at = NULL, lease_until = NULL"


def fail(job: str) -> str:
    return change(job, f"status = 'FAILURE', error_code = 'NO_SUBJECT', {ENDED}")


def succeed(job: str) -> str:
    return change(job, f"status = 'SUCCESS', result = '{{}}', {ENDED}")


def idempotency_key(job: str, **changes: str) -> str:
    columns = {
        "client_id": "$client",
        "livemode": "true",
        "route": "'swap'",
        "key": "'another'",
        "request_hash": "''",
        "job_id": job,
        "answer": "'{}'",
        **changes,
    }
    return (
        f"INSERT INTO workflows_idempotencykey ({', '.join(columns)}) VALUES ({', '.join(columns.values())})"
    )
