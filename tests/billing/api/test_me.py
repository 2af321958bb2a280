"""GET /v1/me."""

import pytest
from pytest_django import Settings

from billing.models import CreditAccount
from clients.models import Capability, issue_key
from tests.world import Api, World


@pytest.mark.parametrize("livemode", [True, False])
def test_tells_who_a_key_belongs_to(world: World, livemode: bool) -> None:
    api = world.owner.api if livemode else world.owner.test_api
    client = world.owner.client
    assert api.get("/v1/me").json() == {
        "client_id": client.id,
        "name": client.name,
        "livemode": livemode,
        "api_key_id": client.api_keys.get(livemode=livemode).id,
        "capabilities": list(Capability.values),
        "storage_prefix": client.storage_prefix(livemode=livemode),
        "limits": {"requests_per_second": 100, "burst": 2000, "jobs_in_flight": 1000},
    }


def test_tells_what_this_key_may(world: World) -> None:
    api = Api(issue_key(world.owner.client, livemode=True, capabilities=[Capability.BILLING_READ])[1])
    assert api.get("/v1/me").json()["capabilities"] == ["billing:read"]


def test_tells_the_limits_that_staff_set(world: World) -> None:
    CreditAccount.objects.filter(client=world.owner.client, livemode=True).update(open_jobs_limit=3)
    client = world.owner.client
    client.rate_limit_per_second, client.rate_limit_burst = 7, 70
    client.save()
    limits = {"requests_per_second": 7, "burst": 70, "jobs_in_flight": 3}
    assert world.api.get("/v1/me").json()["limits"] == limits


def test_tells_that_there_is_no_limit(world: World, settings: Settings) -> None:
    settings.RATE_LIMIT_PER_SECOND = 0
    limits = {"requests_per_second": None, "burst": None, "jobs_in_flight": 1000}
    assert world.api.get("/v1/me").json()["limits"] == limits
