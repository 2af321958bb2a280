"""What the auditor goes by: the clients' and Studio's own journals, and the tables as plain rows."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from tests.chaos import journal
from tests.chaos.journal import Line

Row = dict[str, Any]
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TABLES = {
    "jobs": "SELECT *, xmin::text AS xmin FROM workflows_job",
    "entries": "SELECT *, xmin::text AS xmin FROM billing_ledgerentry ORDER BY account_id, seq",
    "accounts": "SELECT * FROM billing_creditaccount",
    "events": "SELECT *, xmin::text AS xmin FROM workflows_jobevent ORDER BY job_id, seq",
    "keys": "SELECT *, xmin::text AS xmin FROM workflows_idempotencykey",
    "requests": "SELECT *, xmin::text AS xmin FROM request_logs WHERE job_id IS NOT NULL AND NOT replayed",
}


def ulid(text: str) -> UUID:
    """The number that an id stands for, as the database keeps it."""
    number = 0
    for character in text:
        number = number * 32 + _DIGITS.index(character)
    return UUID(int=number)


def text_of(number: UUID | None) -> str:
    """An id as the API writes it; empty for none."""
    if number is None:
        return ""
    return "".join(_DIGITS[number.int >> 5 * place & 31] for place in range(25, -1, -1))


@dataclass
class Evidence:
    """Everything there is, once the storm is over and all is quiet."""

    clients: list[Row]
    told: list[Line]
    studio: list[Line]
    calm_at: datetime
    tables: dict[str, list[Row]]
    jobs: dict[str, Row] = field(default_factory=dict)
    entries_of_job: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    events_of_job: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.jobs = {text_of(job["id"]): job for job in self.tables["jobs"]}
        for entry in self.tables["entries"]:
            self.entries_of_job[text_of(entry["job_id"])].append(entry)
        for event in self.tables["events"]:
            self.events_of_job[text_of(event["job_id"])].append(event)

    def lines(self, what: str) -> list[Line]:
        """What the clients wrote down, of one kind."""
        return [line for line in self.told if line["what"] == what]

    def at_studio(self, what: str) -> dict[str, list[Line]]:
        """What Studio did, of one kind, by job."""
        found: dict[str, list[Line]] = defaultdict(list)
        for line in self.studio:
            if line["what"] == what:
                found[line["job_id"]].append(line)
        return found


def gather(database: psycopg.Connection, journals: Path, clients: list[Row], calm_at: datetime) -> Evidence:
    """One snapshot of the tables, and the journals whole."""
    database.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    with database.cursor(row_factory=dict_row) as cursor:
        tables = {name: cursor.execute(query.encode()).fetchall() for name, query in _TABLES.items()}
    database.execute("COMMIT")
    told = journal.read(journals / "clients.jsonl")
    return Evidence(clients, told, journal.read(journals / "studio.jsonl"), calm_at, tables)
