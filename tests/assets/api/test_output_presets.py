"""GET /v1/output-presets"""

from collections.abc import Callable

import pytest
from django.test import Client as HttpClient

from assets.models import OutputPreset
from clients.models import ApiKey
from tests.assets.conftest import Owner

pytestmark = pytest.mark.django_db

ROUTE = "/v1/output-presets"


@pytest.fixture
def owner(new_client: Callable[[], Owner]) -> Owner:
    return new_client()


def preset(name: str, **fields: object) -> None:
    OutputPreset.objects.create(name=name, width=100, height=50, **fields)


def names(http: HttpClient, **query: str | int) -> list[str]:
    answer = http.get(ROUTE, query)
    assert answer.status_code == 200, answer.content
    return [entry["name"] for entry in answer.json()["output_presets"]]


def test_a_preset_as_clients_see_it(owner: Owner) -> None:
    preset("square", fit="pad", format="webp", quality=70, padding_color="#0a0b0c")
    assert owner.http.get(ROUTE).json() == {
        "output_presets": [
            {
                "name": "square",
                "width": 100,
                "height": 50,
                "fit": "pad",
                "format": "webp",
                "quality": 70,
                "padding_color": "#0a0b0c",
            }
        ],
        "next_cursor": None,
    }


def test_the_active_ones_in_the_order_of_staff(owner: Owner) -> None:
    preset("b", position=2)
    preset("c", position=1)
    preset("a", position=3)
    preset("hidden", position=0, active=False)
    assert names(owner.http) == names(owner.test_http) == ["c", "b", "a"]


def test_page_by_page(owner: Owner) -> None:
    for position, name in enumerate("abc"):
        preset(name, position=position)
    first = owner.http.get(ROUTE, {"limit": 2}).json()
    assert [entry["name"] for entry in first["output_presets"]] == ["a", "b"]
    assert names(owner.http, limit=2, cursor=first["next_cursor"]) == ["c"]
    assert owner.http.get(ROUTE, {"cursor": "b"}).json()["next_cursor"] is None


@pytest.mark.parametrize("query", ["cursor=none", "limit=0", "x=1", "cursor=%00"])
def test_a_wrong_query_is_refused(owner: Owner, query: str) -> None:
    answer = owner.http.get(f"{ROUTE}?{query}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "VALIDATION_ERROR")


def test_any_valid_key_will_do(owner: Owner) -> None:
    ApiKey.objects.update(capabilities=[])
    assert owner.http.get(ROUTE).status_code == 200
    assert HttpClient().get(ROUTE).status_code == 401
