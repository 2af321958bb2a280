"""ULIDs: 26-character, time-ordered ids. Minted, parsed and stored here and nowhere else."""

import re
import uuid
from typing import TYPE_CHECKING, Any

import ulid
from django.core.exceptions import ValidationError
from django.db import models
from ulid import monotonic

# The first character is at most 7: 26 × 5 bits are two more than the 128 of a ULID.
PATTERN = r"[0-7][0-9A-HJKMNP-TV-Z]{25}"
_WHOLE = re.compile(PATTERN, re.ASCII)


def new() -> str:
    """A new ULID; increasing within a process, as long as its clock does not go back."""
    return monotonic.new().str


def is_valid(text: object) -> bool:
    return isinstance(text, str) and _WHOLE.fullmatch(text) is not None


def to_uuid(text: str) -> uuid.UUID:
    """The 128 bits of a ULID. Raises ValueError for anything else."""
    if not is_valid(text):
        raise ValueError(f"not a ULID: {text!r:.60}")
    return ulid.from_str(text).uuid


def from_uuid(value: uuid.UUID) -> str:
    return ulid.from_uuid(value).str


if TYPE_CHECKING:
    _TextField = models.Field[str, str]
else:
    _TextField = models.Field


class ULIDField(_TextField):
    """A ULID: text in Python and at every edge, 16 bytes in a `uuid` column (its index is a third smaller)."""

    description = "ULID"

    def get_internal_type(self) -> str:
        return "UUIDField"

    def from_db_value(self, value: uuid.UUID | None, *_: object) -> str | None:
        return None if value is None else from_uuid(value)

    def to_python(self, value: Any) -> str | None:
        if value is None or is_valid(value):
            return value
        if isinstance(value, uuid.UUID):
            return from_uuid(value)
        raise ValidationError(f"{value!r:.60} is not a ULID.", code="invalid")

    def get_prep_value(self, value: Any) -> uuid.UUID | None:
        if value is None or isinstance(value, uuid.UUID):
            return value
        return to_uuid(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> uuid.UUID | None:
        return self.get_prep_value(value)
