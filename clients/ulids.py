"""ULIDs: 26-character, time-ordered ids. Minted, parsed and stored here and nowhere else."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import ulid
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import Combinable
from ulid import monotonic

# The first character is at most 7: 26 × 5 bits are two more than the 128 of a ULID.
PATTERN = r"[0-7][0-9A-HJKMNP-TV-Z]{25}"
_WHOLE = re.compile(PATTERN, re.ASCII)
_EPOCH = datetime.fromtimestamp(0, UTC)
_TICK = timedelta(milliseconds=1)
_RANDOM = 2**80 - 1


def new() -> str:
    """A new ULID; increasing within a process, as long as its clock does not go back."""
    return monotonic.new().str


def is_valid(text: object) -> bool:
    return isinstance(text, str) and _WHOLE.fullmatch(text) is not None


def first_at(moment: datetime) -> str:
    """The lowest ULID minted at a moment or later."""
    return _of(-((_EPOCH - moment) // _TICK), 0)


def last_at(moment: datetime) -> str:
    """The highest ULID minted at a moment or before."""
    return _of((moment - _EPOCH) // _TICK, _RANDOM)


def _of(milliseconds: int, random: int) -> str:
    # Before 1970 there is none.
    return from_uuid(uuid.UUID(int=milliseconds << 80 | random if milliseconds >= 0 else 0))


def to_uuid(text: str) -> uuid.UUID:
    """The 128 bits of a ULID. Raises ValueError for anything else."""
    if not is_valid(text):
        raise ValueError(f"not a ULID: {text!r:.60}")
    return ulid.from_str(text).uuid


def from_uuid(value: uuid.UUID) -> str:
    return ulid.from_uuid(value).str


if TYPE_CHECKING:
    _Set_contra = TypeVar("_Set_contra", contravariant=True)
    _Get_co = TypeVar("_Get_co", covariant=True)
    _Typed: TypeAlias = models.Field[_Set_contra, _Get_co]
else:
    _Set_contra = _Get_co = None
    # Django's fields are generic in their type stubs only.
    _Typed = {(None, None): models.Field}


class ULIDField(_Typed[_Set_contra, _Get_co]):
    """A ULID: text in Python and at every edge, 16 bytes in a `uuid` column (its index a third smaller)."""

    if TYPE_CHECKING:
        _pyi_private_set_type: str | Combinable
        _pyi_private_get_type: str

    description = "ULID"

    def get_internal_type(self) -> str:
        return "UUIDField"

    def from_db_value(self, value: uuid.UUID | None, *_: object) -> str | None:
        return None if value is None else from_uuid(value)

    def to_python(self, value: Any) -> str | None:
        if value is None:
            return None
        if is_valid(value):
            return str(value)
        if isinstance(value, uuid.UUID):
            return from_uuid(value)
        raise ValidationError(f"{value!r:.60} is not a ULID.", code="invalid")

    def get_prep_value(self, value: Any) -> uuid.UUID | None:
        if value is None or isinstance(value, uuid.UUID):
            return value
        return to_uuid(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> uuid.UUID | None:
        return self.get_prep_value(value)
