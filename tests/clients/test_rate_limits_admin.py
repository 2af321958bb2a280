"""Where staff set a client's rate limit."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from clients.models import Client
from tests import back_office
from tests.back_office import Desk
from tests.clients import limited
from tests.world import World

PER_SECOND, BURST = "rate_limit_per_second", "rate_limit_burst"
TABLES = {
    f"{table}-{name}_FORMS": "0" for table in ("credit_accounts", "api_keys") for name in ("TOTAL", "INITIAL")
}


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk(back_office.staff())


def saved(desk: Desk, client: Client, **fields: Any) -> tuple[str, tuple[int | None, int | None]]:
    """The text of the page that comes back, if one does, and what is stored then."""
    answer = desk.submit(f"clients/client/{client.id}/change/", name=client.name, **fields, **TABLES)
    client.refresh_from_db()
    stored = (client.rate_limit_per_second, client.rate_limit_burst)
    return ("" if answer.status_code == 302 else back_office.shown(answer)), stored


def test_a_limit_set_by_staff_holds_with_the_next_request(desk: Desk, world: World) -> None:
    client = world.owner.client
    assert saved(desk, client, **{PER_SECOND: 3, BURST: 7}) == ("", (3, 7))
    assert limited.policy(world.api.get("/v1/me").headers) == {"q": 7, "w": 3}
    assert saved(desk, client, **{PER_SECOND: "", BURST: ""}) == ("", (None, None))
    assert limited.policy(world.api.get("/v1/me").headers) == {"q": 2000, "w": 20}


def test_the_page_says_what_the_fields_mean(desk: Desk, world: World) -> None:
    page = desk.page(f"clients/client/{world.owner.client.id}/change/")
    assert "Requests that each of its API keys may send at once" in page
    assert "100 requests per second and a burst of 2000" in page


@pytest.mark.parametrize("field", [PER_SECOND, BURST])
@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("0", "greater than or equal to 1"),
        ("-5", "greater than or equal to 1"),
        ("1000001", "less than or equal to 1000000"),
        ("9" * 30, "less than or equal to 1000000"),
        ("1.5", "Enter a whole number"),
        ("many", "Enter a whole number"),
    ],
)
def test_a_wrong_limit_is_refused_with_a_reason(
    desk: Desk, world: World, field: str, wrong: str, told: str
) -> None:
    page, stored = saved(desk, world.owner.client, **{field: wrong})
    assert told in page
    assert stored == (None, None)


@pytest.mark.parametrize("field", [PER_SECOND, BURST])
@pytest.mark.parametrize("wrong", [0, -1, 1_000_001])
def test_the_database_takes_no_wrong_limit(world: World, field: str, wrong: int) -> None:
    with pytest.raises(IntegrityError, match=f"client_{field}_in_reason"), transaction.atomic():
        Client.objects.filter(pk=world.owner.client.pk).update(**{field: wrong})
