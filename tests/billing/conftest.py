"""The book that tests attack, and how a refusal by the database reads."""

import pytest

from tests.billing import world
from tests.billing.world import Book


@pytest.fixture
def book() -> Book:
    return world.open_book()
