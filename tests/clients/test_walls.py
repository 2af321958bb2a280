"""What every route asks of the database: whoever reads or changes a client's rows says whose they are."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from billing.models import LedgerEntry
from clients import ulids
from clients.models import ApiKey, Client
from tests.clients import calls
from tests.clients.calls import CALLS, GOOD
from tests.house.test_walls import owned
from tests.routes import Route
from tests.world import World, dispatch
from workflows.models import Job, JobEvent

TABLES = {model._meta.db_table: model for model in owned()}
_READS = re.compile(r'(?:FROM|JOIN|UPDATE) "(\w+)"')
_BY_CLIENT = re.compile(r'"client_id" = %s')
_BY_ID = re.compile(r'"(?:id|job_id|account_id)" (?:= %s|IN \(%s\))')
# Who calls is what this one finds out.
_WHO_CALLS = '"clients_apikey"."digest" = %s'


@dataclass
class Watch:
    """Statements on the rows of clients that say neither whose they are nor name a row that was found so."""

    client_id: UUID
    breaches: list[str] = field(default_factory=list)
    # Ids of the client's rows, in tables that were asked for this client.
    vouched: set[UUID] = field(default_factory=set)

    def look_at(self, sql: str, params: Sequence[Any]) -> None:
        tables = [table for table in _READS.findall(sql) if table in TABLES]
        if not tables or sql.startswith("INSERT") or _WHO_CALLS in sql:
            return
        where = sql.partition(" WHERE ")[2]
        if _BY_CLIENT.search(where) and self.client_id in params and '"livemode"' in where:
            self.vouched.update(*(ids_of(table, self.client_id) for table in tables))
        elif not (_BY_ID.search(where) and self.vouched & set(params)):
            self.breaches.append(sql)


def ids_of(table: str, client_id: UUID) -> set[UUID]:
    """The rows of a client's live mode, in a table that names clients."""
    if not {"client_id", "livemode"} <= {field.attname for field in TABLES[table]._meta.fields}:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table} WHERE client_id = %s AND livemode", [client_id])
        return {row[0] for row in cursor}


@contextmanager
def watched(client: Client) -> Iterator[Watch]:
    watch, looking = Watch(ulids.to_uuid(client.id)), False

    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal looking
        if not looking:
            looking = True
            watch.look_at(sql, params or ())
            looking = False
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield watch


@pytest.mark.parametrize(("route", "method"), CALLS, ids=str)
def test_every_statement_says_whose_rows_it_wants(world: World, route: Route, method: str) -> None:
    busy = calls.busy(world)
    with watched(world.owner.client) as watch:
        assert busy.call(route, method).status_code in GOOD
    assert watch.breaches == []


FORGETFUL: dict[str, Callable[[Job], object]] = {
    "one by its id": lambda job: Job.objects.filter(id=job.id).first(),
    "without the mode": lambda job: Job.objects.filter(client=job.client_id).first(),
    "all": lambda job: list(Job.objects.all()),
    "changed": lambda job: Job.objects.filter(id=job.id).update(stage="x"),
    "of a row nobody found": lambda job: list(job.events.all()),
    "over a join": lambda job: list(JobEvent.objects.filter(job__client=job.client_id)),
    "of an account nobody found": lambda job: list(LedgerEntry.objects.filter(account=job.account_id)),
    "entries": lambda job: list(LedgerEntry.objects.all()),
    "keys": lambda job: list(ApiKey.objects.filter(client=job.client_id)),
    "clients": lambda job: Client.objects.first(),
}


@pytest.mark.parametrize("ask", FORGETFUL.values(), ids=FORGETFUL)
def test_a_statement_that_forgets_is_seen(world: World, ask: Callable[[Job], object]) -> None:
    job = dispatch(world)
    with watched(world.owner.client) as watch:
        ask(job)
    assert len(watch.breaches) == 1


def test_a_row_that_was_found_for_its_client_may_be_asked_about(world: World) -> None:
    job, caller = dispatch(world), world.owner.caller()
    with watched(world.owner.client) as watch:
        found = Job.objects.for_client(caller).get(id=job.id)
        list(found.events.all())
        found.refresh_from_db()
    assert watch.breaches == []
