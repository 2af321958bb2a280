"""Strict request serializers: no coercion, no unknown fields, Pydantic's words for what is wrong."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.fields import empty

from clients.api.errors import Fault, ValidationFailed

# What Django REST framework calls a fault → what Pydantic calls it.
_TYPES = {
    "required": "missing",
    "null": "none_not_allowed",
    "max_length": "string_too_long",
    "min_length": "string_too_short",
    "blank": "string_too_short",
    "invalid_choice": "enum",
    "not_a_list": "list_type",
    "max_value": "less_than_equal",
    "min_value": "greater_than_equal",
    "invalid": "value_error",
    "cursor": "value_error",
    "id": "value_error",
}


class StrictCharField(serializers.CharField):
    """A string that is a string already, fit for storage: no NUL, no unpaired surrogate."""

    default_error_messages: ClassVar = {
        "required": "Field required",
        "null": "Input should be a valid string",
        "blank": "String should have at least 1 character",
        "string_type": "Input should be a valid string",
        "string_unicode": "String should have neither NUL characters nor unpaired surrogates",
        "max_length": "String should have at most {max_length} characters",
    }

    def __init__(self, **options: Any) -> None:
        least = {} if options.get("allow_blank") else {"min_length": 1}
        super().__init__(**{"max_length": 255, "trim_whitespace": False, **least, **options})

    def run_validation(self, data: Any = empty) -> Any:
        if data is not empty and data is not None:
            if not isinstance(data, str):
                self.fail("string_type")
            if "\x00" in data or any("\ud800" <= character <= "\udfff" for character in data):
                self.fail("string_unicode")
        return super().run_validation(data)


class StrictIntegerField(serializers.IntegerField):
    """A number that is a whole number already: no string, no `true`, no `5.0`."""

    default_error_messages: ClassVar = {"int_type": "Input should be a valid integer"}

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("int_type")
        return data


class StrictSerializer(serializers.Serializer[Any]):
    """An object with exactly the declared fields."""

    # Where it stands in the request; the first word of each fault's `loc`.
    place = "body"

    def check(self) -> dict[str, Any]:
        """The validated values. Raises ValidationFailed with every fault of the body."""
        valid, faults = self.examine()
        if faults:
            raise ValidationFailed(faults)
        return valid

    def examine(self) -> tuple[dict[str, Any], list[Fault]]:
        """The fields that are valid by themselves, and every fault of the rest."""
        if not isinstance(self.initial_data, Mapping):
            message = "Input should be a valid JSON object"
            return {}, [Fault((self.place,), message, "model_attributes_type")]
        self.is_valid()
        faults = [*faults_of(self.errors, (self.place,)), *self._unknown(), *self.faults_of_whole()]
        return dict(self._valid()), faults

    def faults_of_whole(self) -> Iterator[Fault]:
        """Faults between fields, seen in the raw data; none unless a request says so."""
        yield from ()

    def _valid(self) -> Iterator[tuple[str, Any]]:
        if not self.errors:
            yield from self.validated_data.items()
            return
        for name, field in self.fields.items():
            if name in self.initial_data and name not in self.errors:
                yield name, field.run_validation(self.initial_data[name])

    def _unknown(self) -> Iterator[Fault]:
        for name in self.initial_data:
            if name not in self.fields:
                shown = name.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")[:255]
                yield Fault((self.place, shown), "Extra inputs are not permitted", "extra_forbidden")


def faults_of(details: Any, loc: tuple[str | int, ...]) -> Iterator[Fault]:
    """Django REST framework's nested error details as flat faults."""
    if isinstance(details, Mapping):
        for name, inner in details.items():
            yield from faults_of(inner, loc if name == "non_field_errors" else (*loc, name))
    elif isinstance(details, list):
        for position, inner in enumerate(details):
            nested = isinstance(inner, Mapping | list)
            yield from faults_of(inner, (*loc, position) if nested else loc)
    else:
        kind = _TYPES.get(details.code, details.code)
        if details.code == "null" and "string" in details:
            kind = "string_type"
        yield Fault(loc, str(details), kind)
