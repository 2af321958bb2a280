"""ULIDs in Python and in the database."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import given
from hypothesis import strategies as some

from clients import ulids

MALFORMED = [
    "", "01ARZ3NDEKTSV4RRFFQ69G5FA", "01ARZ3NDEKTSV4RRFFQ69G5FAVX", "81ARZ3NDEKTSV4RRFFQ69G5FAV",
    "01arz3ndektsv4rrffq69g5fav", "01ARZ3NDEKTSV4RRFFQ69G5FAI", "01ARZ3NDEKTSV4RRFFQ69G5FA\n",
    "01ARZ3NDEKTSV4RRFFQ69G5FAV\n", " 01ARZ3NDEKTSV4RRFFQ69G5FAV", "\u0660" * 26, "-" * 26,
]  # fmt: skip


def test_new_ones_are_valid_and_grow() -> None:
    made = [ulids.new() for _ in range(2000)]
    assert all(ulids.is_valid(one) for one in made)
    assert made == sorted(set(made))


@pytest.mark.parametrize("text", MALFORMED)
def test_malformed_ones(text: str) -> None:
    assert not ulids.is_valid(text)
    with pytest.raises(ValueError, match="not a ULID"):
        ulids.to_uuid(text)
    with pytest.raises(ValidationError):
        ulids.ULIDField().to_python(text)


@pytest.mark.parametrize("value", [None, 5, b"01ARZ3NDEKTSV4RRFFQ69G5FAV", ["x"]])
def test_other_things_are_not_valid(value: object) -> None:
    assert not ulids.is_valid(value)


@given(some.uuids())
def test_text_and_bits_are_the_same_thing(value: uuid.UUID) -> None:
    text = ulids.from_uuid(value)
    assert ulids.is_valid(text)
    assert ulids.to_uuid(text) == value


@given(some.uuids(), some.uuids())
def test_text_sorts_as_bits_do(one: uuid.UUID, other: uuid.UUID) -> None:
    assert (ulids.from_uuid(one) < ulids.from_uuid(other)) == (one.bytes < other.bytes)


def test_the_database_writes_them_alike(db: None) -> None:
    edges = [uuid.UUID(int=0), uuid.UUID(int=2**128 - 1), uuid.UUID(int=1), ulids.to_uuid(ulids.new())]
    with connection.cursor() as cursor:
        cursor.execute("SELECT ulid_text(id) FROM unnest(%s::uuid[]) AS id", [edges])
        written = [text for (text,) in cursor.fetchall()]
    assert written == [ulids.from_uuid(edge) for edge in edges]
