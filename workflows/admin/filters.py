"""Filters of the long lists: no choice needs a look at the table, and times are ranges of the key."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import DateTimeField, Func, QuerySet, UUIDField, Value
from django.http import HttpRequest
from django.utils import timezone

from clients.api import errors
from clients.models import Client
from workflows import definitions

Rows = QuerySet[Any]
Choices = list[tuple[str, str]]

SPANS = {
    "hour": ("Last hour", timedelta(hours=1)),
    "day": ("Last 24 hours", timedelta(days=1)),
    "week": ("Last 7 days", timedelta(days=7)),
    "month": ("Last 30 days", timedelta(days=30)),
}


class Filter(admin.SimpleListFilter):
    column: str

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        return queryset.filter(**{self.column: self.value()}) if self.value() else queryset


class WorkflowFilter(Filter):
    title = parameter_name = column = "workflow"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(name, name) for name in definitions.ALL]


class ErrorCodeFilter(Filter):
    title = "error code"
    parameter_name = column = "error_code"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return sorted((code, code) for code in {kind.code for kind in _kinds(errors.ApiError)})


class AnswerFilter(Filter):
    title = "HTTP status"
    parameter_name = "answer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("2", "2xx – accepted"), ("4", "4xx – refused"), ("5", "5xx – our fault")]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        hundreds = self.value()
        if hundreds not in ("2", "4", "5"):
            return queryset
        first = int(hundreds) * 100
        return queryset.filter(status__range=(first, first + 99))


class ModeFilter(Filter):
    title = parameter_name = "mode"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("live", "Live"), ("test", "Test")]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        return queryset.filter(livemode=self.value() == "live") if self.value() else queryset


class WhenFilter(Filter):
    """By the time in the ULID: a range of the key, so that a long table costs no more than a short one."""

    title = "time"
    parameter_name = "within"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(name, title) for name, (title, _) in SPANS.items()]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        span = SPANS.get(self.value() or "")
        return queryset.filter(id__gte=floor(span[1])) if span else queryset


class ClientFilter(Filter):
    title = parameter_name = "client"
    column = "client_id"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(client.id, client.name) for client in Client.objects.all()]


def floor(span: timedelta) -> Func:
    """The lowest ULID that could have been minted within the last `span`."""
    return Func(
        Value(timezone.now() - span, DateTimeField()), function="ulid_floor", output_field=UUIDField()
    )


def _kinds(root: type[errors.ApiError]) -> Iterator[type[errors.ApiError]]:
    yield root
    for kind in root.__subclasses__():
        yield from _kinds(kind)
