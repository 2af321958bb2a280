"""A large book in seconds: rows as the product writes them, with their hashes, copied past the triggers."""

import hashlib
import itertools
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import psycopg

from clients import ulids

WORKFLOW = "background-swap-with-image"
COST = 5
# Each tenth job is refunded; of those before their deadline each hundredth has not ended yet.
LIFETIME = timedelta(minutes=15)
REFUNDED_EACH, LIVE_EACH = 10, 100
FIRST_CREDITS = 10**9
_REQUEST = json.dumps({"source_image_s3_key": "uploads/" + "x" * 40, "output_preset": "square"})
_INPUTS = json.dumps({"source": "uploads/" + "x" * 40, "background": "catalogue/" + "x" * 20, "width": 1200})
_RESULT = json.dumps({"artifacts": [{"role": "final", "key": "renders/" + "x" * 40, "sha256": "0" * 64}]})

_ENTRY = (
    "id, account_id, seq, kind, amount, balance_after, hash, job_id, request_id, charge_id, source,"
    " description, created_at"
)
_JOB = (
    "id, client_id, livemode, account_id, api_key_id, request_id, workflow, credits_cost, request, inputs,"
    " status, version, attempt, next_action_at, deadline_at, studio_version, progress, result, error_code,"
    " created_at, started_at, finished_at"
)
_CLIENT = "id, name, signing_secret_encrypted, signature_required"
_KEY = "id, client_id, livemode, digest, hint, label, capabilities"
_ACCOUNT = "id, client_id, livemode, balance, seq, head_hash, open_jobs, in_flight, open_jobs_limit"

Row = Sequence[object]


@dataclass(slots=True)
class Account:
    """One account as it stands after the entries that were made for it."""

    id: uuid.UUID
    client_id: uuid.UUID
    api_key_id: uuid.UUID
    hash: bytes
    seq: int = 0
    balance: int = 0
    open_jobs: int = 0


@dataclass
class Rows:
    entries: list[Row] = field(default_factory=list)
    jobs: list[Row] = field(default_factory=list)


class Book:
    """Accounts whose entries grow by `write`; jobs come to them in turn, as they would from many clients."""

    def __init__(self, accounts: int) -> None:
        self._ids = itertools.count(1)
        self._job_numbers = itertools.count(1)
        self._accounts = [_account(number) for number in range(accounts)]
        self._turn = itertools.cycle(self._accounts)
        self._made = False

    def write(self, connection: psycopg.Connection, entries: int, since: datetime, until: datetime) -> None:
        """Add that many entries, spread evenly over the time given. The connection is a superuser's."""
        with connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")
            if not self._made:
                self._make_clients(connection)
            left = entries
            while left > 0:
                at = until - (until - since) * left / entries
                rows = self._rows(min(left, 20_000), at, (until - since) / entries)
                left -= len(rows.entries)
                _copy(connection, "workflows_job", _JOB, rows.jobs)
                _copy(connection, "billing_ledgerentry", _ENTRY, rows.entries)
            self._store_accounts(connection)
        connection.execute("VACUUM (ANALYZE) billing_ledgerentry, billing_creditaccount, workflows_job")

    def _rows(self, wanted: int, at: datetime, step: timedelta) -> Rows:
        rows = Rows()
        while len(rows.entries) < wanted:
            at += step
            account = next(self._turn)
            if account.seq == 0:
                rows.entries.append(self._entry(account, "GRANT", FIRST_CREDITS, at, source="onboarding"))
            else:
                self._job(rows, account, at, may_refund=len(rows.entries) + 1 < wanted)
        return rows

    def _job(self, rows: Rows, account: Account, at: datetime, *, may_refund: bool) -> None:
        number = next(self._job_numbers)
        job_id, request_id = _ulid(at, 2 * number), _ulid(at, 2 * number + 1)
        charge = self._entry(account, "CHARGE", -COST, at, job_id=job_id, request_id=request_id)
        rows.entries.append(charge)
        status = "SUCCESS"
        if number % LIVE_EACH == 0 and at + LIFETIME > datetime.now(UTC):
            status = "IN_PROGRESS"
            account.open_jobs += 1
        elif number % REFUNDED_EACH == 1 and may_refund:
            status = "FAILURE"
            refund = self._entry(
                account, "REFUND", COST, at, job_id=job_id, request_id=request_id, charge_id=charge[0]
            )
            rows.entries.append(refund)
        rows.jobs.append(_job_row(account, job_id, request_id, status, at))

    def _entry(
        self, account: Account, kind: str, amount: int, at: datetime, source: str | None = None, **ids: object
    ) -> Row:
        account.seq += 1
        account.balance += amount
        job_id, request_id = ids.get("job_id"), ids.get("request_id")
        account.hash = _hash(account, kind, amount, (job_id, request_id), at)
        return (
            next(self._ids), account.id, account.seq, kind, amount, account.balance, account.hash,
            job_id, request_id, ids.get("charge_id"), source, WORKFLOW, at,
        )  # fmt: skip

    def _make_clients(self, connection: psycopg.Connection) -> None:
        all_of_them = self._accounts
        clients = [(one.client_id, f"client {number}", b"x", False) for number, one in enumerate(all_of_them)]
        keys: list[Row] = [
            (one.api_key_id, one.client_id, True, one.api_key_id.bytes, "", "", []) for one in all_of_them
        ]
        accounts = [(one.id, one.client_id, True, 0, 0, one.hash, 0, 0, 10**9) for one in all_of_them]
        _copy(connection, "clients_client", _CLIENT, clients)
        _copy(connection, "clients_apikey", _KEY, keys)
        _copy(connection, "billing_creditaccount", _ACCOUNT, accounts)
        self._made = True

    def _store_accounts(self, connection: psycopg.Connection) -> None:
        figures = [
            (one.balance, one.seq, one.hash, one.open_jobs, one.open_jobs * COST, one.id)
            for one in self._accounts
        ]
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE billing_creditaccount"
                " SET balance = %s, seq = %s, head_hash = %s, open_jobs = %s, in_flight = %s WHERE id = %s",
                figures,
            )


def _account(number: int) -> Account:
    born = datetime(2024, 1, 1, tzinfo=UTC)
    client_id = _ulid(born, 3 * number)
    genesis = f"credits|{ulids.from_uuid(client_id)}|live"
    account_id, api_key_id = _ulid(born, 3 * number + 1), _ulid(born, 3 * number + 2)
    return Account(account_id, client_id, api_key_id, hashlib.sha256(genesis.encode()).digest())


def _ulid(at: datetime, number: int) -> uuid.UUID:
    return uuid.UUID(int=int(at.timestamp() * 1000) << 80 | number)


def _hash(account: Account, kind: str, amount: int, ids: Iterable[object], at: datetime) -> bytes:
    written = [ulids.from_uuid(one) if isinstance(one, uuid.UUID) else "" for one in ids]
    content = [account.hash.hex(), account.seq, kind, amount, account.balance, *written]
    line = "|".join([*map(str, content), f"{at:%Y-%m-%dT%H:%M:%S.%f}Z", WORKFLOW])
    return hashlib.sha256(line.encode()).digest()


def _job_row(account: Account, job_id: uuid.UUID, request_id: uuid.UUID, status: str, at: datetime) -> Row:
    live = status == "IN_PROGRESS"
    return (
        job_id, account.client_id, True, account.id, account.api_key_id, request_id, WORKFLOW, COST, _REQUEST,
        _INPUTS, status, 3, 1, at if live else None, at + LIFETIME, 3, 1.0,
        _RESULT if status == "SUCCESS" else None, "NO_SUBJECT" if status == "FAILURE" else None,
        at, at, None if live else at,
    )  # fmt: skip


def _copy(connection: psycopg.Connection, table: str, columns: str, rows: Iterable[Row]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
