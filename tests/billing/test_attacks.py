"""Every guarantee of the book is attacked by plain SQL, in each role that could try, and refused by name."""

from contextlib import ExitStack
from string import Template

import pytest
from django.contrib.auth.models import User
from django.db import Error, IntegrityError, connection, transaction

from billing import ledger
from billing.models import CreditAccount
from clients import ulids
from clients.models import ApiKey
from config import roles
from tests import databases
from tests.billing import world
from tests.billing.attacks.history import GUARDS, HISTORY, SECOND_WALLS
from tests.billing.attacks.jobs import JOBS
from tests.billing.attacks.money import MONEY
from tests.billing.attacks.words import POLICY, PRIVILEGE
from tests.billing.world import Book

pytestmark = pytest.mark.django_db

ATTACKS = {**MONEY, **JOBS, **HISTORY, **GUARDS, **SECOND_WALLS}
TABLES = (
    "billing_creditaccount",
    "billing_ledgerentry",
    "workflows_job",
    "workflows_jobevent",
    "workflows_idempotencykey",
)


@pytest.fixture
def standing(book: Book, django_user_model: type[User]) -> dict[str, str]:
    """The ids of a book in which everything has happened once, as the attacks name them."""
    stranger = world.open_book()
    jobs = {name: book.charged_job() for name in ("waiting", "running", "succeeded", "failed")}
    jobs["strangers"] = stranger.charged_job()
    for name in ("running", "succeeded"):
        book.start(jobs[name])
    book.sql("UPDATE workflows_job SET attempt = 1, version = 2 WHERE id = %(job)s", job=jobs["running"])
    book.end(jobs["succeeded"], "SUCCESS")
    book.end(jobs["failed"], "FAILURE")
    book.refund(jobs["failed"])
    book.sql(
        "INSERT INTO workflows_jobevent (job_id, seq, event_type, extra)"
        " VALUES (%(waiting)s, 1, 'queued', '{}')",
        **jobs,
    )
    book.sql(
        "INSERT INTO workflows_idempotencykey (client_id, livemode, route, key, request_hash, job_id, answer)"
        " SELECT client_id, livemode, 'swap', 'order-1', '', id, '{}' FROM workflows_job"
        " WHERE id = %(waiting)s",
        **jobs,
    )
    book.commit()
    book.sql("SET CONSTRAINTS ALL DEFERRED")
    people = {name: str(django_user_model.objects.create_user(name).pk) for name in ("one", "two")}
    return {**{name: f"'{job}'::uuid" for name, job in jobs.items()}, **_parties(book, stranger), **people}


def _parties(book: Book, stranger: Book) -> dict[str, str]:
    client = book.account.client
    ids = {
        "account": book.account.id,
        "client": client.id,
        "key": book.api_key.id,
        "test_account": CreditAccount.objects.get(client=client, livemode=False).id,
        "test_key": ApiKey.objects.get(client=client, livemode=False).id,
        "stranger": stranger.account.client_id,
        "strangers_account": stranger.account.id,
        "strangers_key": stranger.api_key.id,
        "new": ulids.new(),
    }
    return {name: f"'{ulids.to_uuid(ulid)}'::uuid" for name, ulid in ids.items()}


def attack_as(role: str, sql: str) -> str:
    """What refuses these statements, at the latest at COMMIT; empty if nothing does."""
    with ExitStack() as stack:
        if role == "owner":
            stack.enter_context(databases.as_owner())
        elif not databases.app_role():
            pytest.fail("Only a superuser's DATABASE_URL can show what the roles may not do.")
        elif role == "billing":
            stack.enter_context(databases.in_role(roles.BILLING))
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"{sql}; SET CONSTRAINTS ALL IMMEDIATE")
        except Error as error:
            return _refuser(error)
    return ""


def _refuser(error: Error) -> str:
    if getattr(error.__cause__, "sqlstate", None) == "42501":
        return POLICY if "row-level security" in str(error) else PRIVILEGE
    named = ledger.constraint_of(error) if isinstance(error, IntegrityError) else None
    return named or str(error)


@pytest.mark.parametrize(
    ("attack", "role"), [(name, role) for name, attack in ATTACKS.items() for role in attack.refused]
)
def test_it_is_refused(standing: dict[str, str], attack: str, role: str) -> None:
    sql = Template(ATTACKS[attack].sql).substitute(standing)
    assert attack_as(role, sql) == ATTACKS[attack].refused[role]


_GUARDS = """
    SELECT conname FROM pg_constraint WHERE conrelid = ANY(%(tables)s::regclass[]) AND contype IN ('c', 'u')
    UNION SELECT conname FROM pg_constraint
    WHERE conrelid = ANY(%(tables)s::regclass[]) AND contype = 'f' AND array_length(conkey, 1) > 1
    UNION SELECT indexrelid::regclass::text FROM pg_index
    WHERE indrelid = ANY(%(tables)s::regclass[]) AND indisunique AND NOT indisprimary
    UNION SELECT tgname FROM pg_trigger WHERE tgrelid = ANY(%(tables)s::regclass[]) AND NOT tgisinternal
"""
# Triggers that refuse under the names of their rules, or only do the work; keys that others refer to.
_UNDER_OTHER_NAMES = {
    "credit_account_guard",
    "job_guard",
    "jobs_closed",
    "jobs_opened",
    "ledger_entries_move_accounts",
    "money_gate_of_ended_job",
    "money_gate_of_entry",
    "money_gate_of_new_job",
    "credit_account_whole",
    "job_account_and_cost",
    "ledger_entry_whole",
}


def test_no_guard_is_left_unattacked(book: Book) -> None:
    guards = {name for (name,) in book.sql(_GUARDS, tables=list(TABLES))}
    attacked = {by for attack in ATTACKS.values() for by in attack.refused.values()}
    assert guards - attacked == _UNDER_OTHER_NAMES
