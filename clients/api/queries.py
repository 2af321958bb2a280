"""Query parameters, taken as strictly as bodies."""

import re
from datetime import datetime
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from clients import ulids
from clients.api.errors import Fault, ValidationFailed
from clients.api.serializers import StrictCharField, StrictSerializer

_WHOLE = re.compile(r"-?[0-9]{1,30}")


class WholeNumberField(serializers.IntegerField):
    """Digits and nothing else: Python would also take blanks, underscores and other scripts' digits."""

    default_error_messages: ClassVar = {"int_parsing": "Input should be a whole number"}

    def to_internal_value(self, data: Any) -> int:
        if not _WHOLE.fullmatch(str(data)):
            self.fail("int_parsing")
        return int(data)


class StrictBooleanField(serializers.BooleanField):
    """`true` or `false`, in these letters."""

    default_error_messages: ClassVar = {"bool_parsing": "Input should be true or false"}

    def to_internal_value(self, data: Any) -> bool:
        if data not in ("true", "false"):
            self.fail("bool_parsing")
        return bool(data == "true")


class MomentField(serializers.DateTimeField):
    """RFC 3339; UTC where no offset is given."""

    default_error_messages: ClassVar = {
        "datetime_parsing": "Input should be a time like 2026-01-31T12:00:00Z"
    }

    def to_internal_value(self, value: Any) -> datetime:
        try:
            return super().to_internal_value(value)
        except serializers.ValidationError:
            self.fail("datetime_parsing")


@extend_schema_field({"type": "string", "pattern": f"^{ulids.PATTERN}$"})
class IdField(StrictCharField):
    """A ULID."""

    default_error_messages: ClassVar = {"id": "Should be a ULID: 26 characters, upper case"}

    def to_internal_value(self, data: Any) -> str:
        if not ulids.is_valid(data):
            self.fail("id")
        return str(data)


class Query(StrictSerializer):
    """The parameters of a route, each given once unless it is a list."""

    place = "query"

    @classmethod
    def of(cls, request: Request) -> dict[str, Any]:
        """The parameters of a request. Raises ValidationFailed."""
        valid, faults = cls.read(request)
        if faults:
            raise ValidationFailed(faults)
        return valid

    @classmethod
    def read(cls, request: Request) -> tuple[dict[str, Any], list[Fault]]:
        """The parameters that are valid, and every fault of the rest."""
        given: dict[str, list[str]] = dict(request.query_params.lists())
        query = cls(data=given)
        lists = {name for name, field in query.fields.items() if isinstance(field, serializers.ListField)}
        query.initial_data = {name: values if name in lists else values[-1] for name, values in given.items()}
        valid, faults = query.examine()
        for name, values in given.items():
            if len(values) > 1 and name in query.fields and name not in lists:
                faults.append(Fault((cls.place, name), "Give this parameter once", "value_error"))
        return valid, faults
