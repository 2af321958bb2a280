"""The auditor's whole round over a rig that has become quiet."""

from datetime import datetime

import psycopg

from tests.chaos.auditor import answers, evidence, money, work
from tests.chaos.rig import Rig, RigError


def now(rig: Rig) -> datetime:
    """The time by the database's clock, as soon as it answers."""

    def asked() -> datetime | None:
        try:
            with rig.connect() as database:
                row = database.execute("SELECT now()").fetchone()
        except psycopg.Error:
            return None
        return row[0] if row else None

    found: datetime = rig.wait_for(asked, "an answer of the database")
    return found


def violations(rig: Rig, calm_at: datetime) -> list[str]:
    """Every promise that was broken: by the journals and the tables, then by the gateway's own audit."""
    with rig.connect() as database:
        found = evidence.gather(database, rig.journals, rig.clients, calm_at)
    broken = [violation for part in (answers, work, money) for violation in part.violations(found)]
    try:
        rig.run("audit", "audit")
    except RigError as error:
        broken.append(f"manage.py audit: {error}")
    return broken
