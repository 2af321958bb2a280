"""Lists of the public API: newest first, `limit` and `cursor`, one key for the rows and `next_cursor`."""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from django.db.models import Model, QuerySet
from drf_spectacular.utils import extend_schema_field

from clients import ulids
from clients.api.errors import Fault, ValidationFailed
from clients.api.queries import Query, WholeNumberField
from clients.api.serializers import StrictCharField

Row = TypeVar("Row", bound=Model)


@extend_schema_field({"type": "string", "pattern": f"^{ulids.PATTERN}$"})
class ULIDCursorField(StrictCharField):
    default_error_messages: ClassVar = {"cursor": "Not a cursor that this list gave"}

    def to_internal_value(self, data: Any) -> str:
        if not ulids.is_valid(data):
            self.fail("cursor")
        return str(data)


class ListQuery(Query):
    """The query parameters that every list takes; a list adds its filters by subclassing."""

    limit = WholeNumberField(min_value=1, max_value=200, default=50, help_text="Rows in one answer.")
    cursor = ULIDCursorField(
        required=False, help_text="`next_cursor` of the answer before; leave out for the newest rows."
    )


class OffsetQuery(ListQuery):
    """For the lists that take an offset too."""

    offset = WholeNumberField(
        min_value=0, max_value=2**31 - 1, default=0, help_text="Rows to leave out; a cursor is faster."
    )


class NameListQuery(Query):
    """For short lists in an order of their own, whose rows go by a name."""

    limit = WholeNumberField(min_value=1, max_value=200, default=50, help_text="Rows in one answer.")
    cursor = StrictCharField(required=False, help_text="`next_cursor` of the answer before.")


def page(rows: QuerySet[Row], query: dict[str, Any], *, key: str = "id") -> tuple[list[Row], str | None]:
    """One page of rows, newest first by `key`, and the cursor of the next page if there is one."""
    if "cursor" in query:
        rows = rows.filter(**{f"{key}__lt": query["cursor"]})
    start = query.get("offset", 0)
    found = list(rows.order_by(f"-{key}")[start : start + query["limit"] + 1])
    kept = found[: query["limit"]]
    return kept, str(getattr(kept[-1], key)) if len(found) > len(kept) else None


def present(
    name: str,
    rows: QuerySet[Row],
    query: dict[str, Any],
    row: Callable[[Row], dict[str, Any]],
    *,
    key: str = "id",
) -> dict[str, Any]:
    """The answer of a list route."""
    kept, next_cursor = page(rows, query, key=key)
    return {name: [row(one) for one in kept], "next_cursor": next_cursor}


def present_named(name: str, rows: list[dict[str, Any]], query: dict[str, Any]) -> dict[str, Any]:
    """The answer of a list route that has all its rows at hand. Raises ValidationFailed."""
    names = [row["name"] for row in rows]
    start = 0
    if "cursor" in query:
        if query["cursor"] not in names:
            raise ValidationFailed(
                [Fault(("query", "cursor"), "Not a cursor that this list gave", "value_error")]
            )
        start = names.index(query["cursor"]) + 1
    kept = rows[start : start + query["limit"]]
    more = start + len(kept) < len(rows)
    return {name: kept, "next_cursor": kept[-1]["name"] if more else None}
