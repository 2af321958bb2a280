"""ULIDs in Python and in the database."""

import random
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
    one_bit = [uuid.UUID(int=1 << bit) for bit in range(128)]
    every_byte = [uuid.UUID(bytes=bytes([value] * 16)) for value in range(256)]
    dice = random.Random(11)
    others = [uuid.UUID(int=dice.getrandbits(128)) for _ in range(5000)]
    asked = [ulids.to_uuid(ulids.new()), *one_bit, *every_byte, *others]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ulid_text(id) FROM unnest(%s::uuid[]) WITH ORDINALITY AS asked(id, at) ORDER BY at",
            [asked],
        )
        written = [text for (text,) in cursor.fetchall()]
    assert written == [ulids.from_uuid(one) for one in asked]


def test_the_database_promises_what_indexes_and_parallel_scans_need(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT provolatile, proisstrict, proparallel FROM pg_proc"
            " WHERE oid = 'ulid_text(uuid)'::regprocedure"
        )
        assert cursor.fetchone() == ("i", True, "s")
