"""backgrounds.active and backgrounds.find."""

from collections.abc import Callable

import pytest

from assets import backgrounds
from assets.models import Background
from clients.callers import Caller
from tests.assets.conftest import Owner

pytestmark = pytest.mark.django_db

UNKNOWN = "01K1R8Y3B7Q2M5T9W4X6Z8A1C3"


def background(caller: Caller | None = None, **fields: object) -> Background:
    if caller:
        fields |= {"client": caller.client, "livemode": caller.livemode}
    return Background.objects.create(
        key="catalogue/a.jpg", sha256="0" * 64, scene_type="table", mood="bright", **fields
    )


def test_shared_and_own_entries_are_active(new_client: Callable[[], Owner]) -> None:
    owner = new_client()
    shared, own = background(), background(owner.live)
    assert backgrounds.active(owner.live, shared.id) == shared
    assert backgrounds.active(owner.test, shared.id) == shared
    assert backgrounds.active(owner.live, own.id) == own


def test_other_clients_and_the_other_mode_see_nothing(new_client: Callable[[], Owner]) -> None:
    owner = new_client()
    own = background(owner.live)
    assert backgrounds.find(owner.test, own.id) is None
    assert backgrounds.find(new_client().live, own.id) is None


def test_an_archived_entry_is_found_but_not_active(new_client: Callable[[], Owner]) -> None:
    caller = new_client().live
    archived = background(status="archived")
    assert backgrounds.find(caller, archived.id) == archived
    assert backgrounds.active(caller, archived.id) is None


@pytest.mark.parametrize("public_id", ["", "x", UNKNOWN, UNKNOWN.lower(), "8" + "Z" * 25, "\0", "٣" * 26])
def test_unknown_and_malformed_ids_are_nothing(new_client: Callable[[], Owner], public_id: str) -> None:
    background()
    assert backgrounds.active(new_client().live, public_id) is None
