"""Columns and fields that many pages share: each takes a row and gives its cell."""

from collections.abc import Callable
from typing import Any

from django.utils.safestring import SafeString
from unfold.decorators import display

from clients.admin import cells

Column = Callable[[Any], SafeString | str]


@display(description="ULID", ordering="id")
def ulid(row: Any) -> SafeString | str:
    return cells.ulid(row.id)


@display(description="ULID, time (UTC)", ordering="id")
def ulid_and_time(row: Any) -> SafeString:
    return cells.stack(cells.ulid(row.id), cells.moment(row.created_at))


@display(description="Client", ordering="client__name")
def client(row: Any) -> SafeString:
    return cells.link("clients_client_change", row.client_id, cells.clip(row.client.name))


@display(description="Client", ordering="client__name")
def client_name(row: Any) -> SafeString:
    return cells.clip(row.client.name)


@display(description="Client", ordering="client__name")
def client_and_mode(row: Any) -> SafeString:
    return cells.stack(client(row), cells.mode(row.livemode))


@display(description="Mode", ordering="livemode")
def mode(row: Any) -> SafeString | str:
    return cells.mode(row.livemode)


@display(description="API key")
def api_key(row: Any) -> SafeString:
    return cells.link("clients_apikey_change", row.api_key_id, cells.code(row.api_key.hint))


@display(description="Job")
def job(row: Any) -> SafeString | str:
    return cells.ulid_link("workflows_job_change", row.job_id)


@display(description="Storage key")
def storage_key(row: Any) -> SafeString | str:
    return cells.code(row.key)


def at(field: str, title: str) -> Column:
    """The moment in a field, in UTC."""

    @display(description=title, ordering=field)
    def column(row: Any) -> SafeString | str:
        return cells.moment(getattr(row, field))

    return column


def credits(field: str, title: str, *, signed: bool = False) -> Column:
    @display(description=title, ordering=field)
    def column(row: Any) -> SafeString | str:
        return cells.credits(getattr(row, field), signed=signed)

    return column


def text(field: str, title: str) -> Column:
    """What somebody wrote, as a cell of one line."""

    @display(description=title, ordering=field)
    def column(row: Any) -> SafeString:
        return cells.clip(getattr(row, field) or "")

    return column
