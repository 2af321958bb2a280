"""The wall between clients: in code that answers them, rows of theirs are found by `for_client` only."""

import ast
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.models import ForeignKey, Model

from clients.models import Client
from config.lint import sources

ROOMS = ("assets", "billing", "clients", "workflows")
# Staff and processes of ours work for all clients, and no client reaches them.
STAFF = {"admin", "admin.py", "management", "migrations"}
FOR_ALL_CLIENTS = (
    "assets/catalogue.py",  # the shared entries, by a command
    "workflows/audit",
    "workflows/callback.py",  # asked by Studio, which has one signature for all jobs
    "workflows/dispatch.py",
    "workflows/follow.py",
    "workflows/pace.py",
    "workflows/scheduler.py",
    "workflows/tasks.py",
)
ALLOWED = {
    "assets/uploads.py: Upload.objects.bulk_create": "a new row, of the caller",
    "billing/ledger.py: CreditAccount.objects.create": "of a new client, by staff",
    "billing/ledger.py: LedgerEntry.objects.get": "the charge of a job that the caller of the verb has found",
    "clients/access.py: ApiKey.objects.filter": "by staff",
    "clients/access.py: Client.objects.filter": "by staff",
    "clients/authentication.py: ApiKey.objects.select_related": "finds out who calls",
    "clients/lookup.py: Client.objects.filter": "for commands",
    "workflows/accept.py: Job.objects.create": "a new row, of the caller",
    "workflows/request_logs.py: RequestLog.objects.create": "a new row, of the caller",
    "workflows/settle.py: Job.objects.filter": "a job that the caller of the verb has found",
    "workflows/settle.py: JobEvent.objects.filter": "of a job that the caller of the verb has found",
}
SQL = {
    "billing/ledger.py": "posts to an account that the caller of the verb has found",
    "workflows/accept.py": "a time-out",
    "workflows/alarms.py": "NOTIFY",
    "workflows/events.py": "a new row of a job that the caller of the verb has found",
    "workflows/idempotency.py": "a new row, of the caller",
    "workflows/settle.py": "a time-out",
    "workflows/terms.py": "prices, which are the same for all clients",
    "workflows/watching.py": "how far jobs have come that those who wait have found",
    "workflows/usage.py": "counts rows that for_client has found",
}
# Ways around a manager's name.
DETOURS = {"_default_manager", "_base_manager", "get_object_or_404", "get_list_or_404", "get_model"}


def owned() -> set[type[Model]]:
    """Clients, and every model whose rows are one's: directly, or through a row that is."""
    found: set[type[Model]] = {Client}
    ours = [model for model in apps.get_models() if model._meta.app_label in ROOMS]
    while more := {model for model in ours if model not in found and _parents(model) & found}:
        found |= more
    return found


def _parents(model: type[Model]) -> set[object]:
    return {field.related_model for field in model._meta.get_fields() if isinstance(field, ForeignKey)}


NAMES = {model.__name__ for model in owned()}


def answers_clients() -> dict[str, str]:
    """The text of each file, by its name."""
    found = {sources.shown(path): path for path in sources.files(".py")}
    return {
        name: path.read_text()
        for name, path in found.items()
        if name.split("/")[0] in ROOMS
        and not STAFF & set(name.split("/"))
        and not name.startswith(FOR_ALL_CLIENTS)
    }


def uses(text: str) -> Iterator[str]:
    """How rows of clients are reached past `for_client`: `Job.objects.filter`."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _is_objects(node.value) and node.attr != "for_client":
            yield ast.unparse(node)
        if isinstance(node, ast.Attribute | ast.Name) and _name(node) in DETOURS:
            yield _name(node)
        if isinstance(node, ast.Attribute) and node.attr == "raw":
            yield "raw"
    asked = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and _is_objects(node)]
    named = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and _is_objects(node.value)]
    if len(asked) > len(named):
        yield "objects, kept by another name"


def _is_objects(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "objects"
        and isinstance(node.value, ast.Name | ast.Attribute)
        and _name(node.value) in NAMES
    )


def _name(node: ast.Attribute | ast.Name) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id


def runs_sql(text: str) -> bool:
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    return any(isinstance(call.func, ast.Attribute) and call.func.attr == "execute" for call in calls)


def test_rows_of_clients_are_known() -> None:
    assert {"Job", "JobEvent", "LedgerEntry", "Upload", "Background", "RequestLog", "ApiKey"} <= NAMES
    assert "OutputPreset" not in NAMES


def test_every_use_goes_through_the_wall_or_has_its_reason() -> None:
    found = {f"{name}: {use}" for name, text in answers_clients().items() for use in uses(text)}
    assert found - set(ALLOWED) == set(), "begin with for_client(caller), or say why not"
    assert set(ALLOWED) - found == set(), "no longer needed"


def test_every_file_that_writes_sql_has_its_reason() -> None:
    found = {name for name, text in answers_clients().items() if runs_sql(text)}
    assert found - set(SQL) == set()
    assert set(SQL) - found == set(), "no longer needed"


@pytest.mark.parametrize(
    "line",
    [
        "Job.objects.filter(id=1)",
        "models.Job.objects.all()",
        "Job.objects.get(id=1)",
        "rows = Job.objects",
        "Job._default_manager.all()",
        "get_object_or_404(Job, id=1)",
        "Job.objects.for_client(caller).raw('SELECT')",
        "apps.get_model('workflows', 'Job')",
    ],
)
def test_a_way_around_would_be_seen(line: str) -> None:
    assert list(uses(line))


def test_the_way_through_is_taken() -> None:
    assert not list(uses("Job.objects.for_client(caller).filter(id=1)"))
    assert not list(uses("OutputPreset.objects.filter(active=True)"))
