"""GET /v1/usage."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from billing import ledger
from billing.models import LedgerEntry
from clients import ulids
from clients.models import issue_key
from tests import world as worlds
from tests.world import Api, World, dispatch, faults, refused
from workflows import usage
from workflows.models import Job

DAY = timedelta(days=1)
FIRST = datetime(2026, 3, 9, tzinfo=UTC)
RANGE = {"from": "2026-03-09", "to": "2026-03-12"}
FIGURES = ("jobs", "succeeded", "failed", "charged", "refunded", "net")
NOTHING = dict.fromkeys(FIGURES, 0)


def asked(api: Api, **parameters: str) -> dict[str, Any]:
    answer = api.get(f"/v1/usage?{urlencode(parameters)}")
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def groups(api: Api, group_by: str, **parameters: str) -> dict[str | None, tuple[int, ...]]:
    """The figures by key, in the order of the answer."""
    found = asked(api, group_by=group_by, **{**RANGE, **parameters})["groups"]
    return {group["key"]: tuple(group[name] for name in FIGURES) for group in found}


def at(when: datetime, world: World, api: Api | None = None, *, cost: int = 5, **changes: Any) -> Job:
    """A job with its charge as if it had been accepted at another time."""
    job = dispatch(world, api, **changes)
    job.id = ulids.first_at(when)[:10] + ulids.new()[10:]
    job.created_at, job.credits_cost = when, cost
    job.deadline_at = when + DAY
    job.save(force_insert=True)
    ledger.charge(
        job.account_id,
        cost,
        job_id=job.id,
        request_id=job.request_id,
        api_key_id=job.api_key_id,
        description="",
    )
    return job


def check_gate() -> None:
    """The jobs of this test and the book agree, as they would have to at COMMIT."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.fixture
def busy(world: World) -> World:
    """Five jobs in three days: two running, one succeeded, two failed; of two prices, brands and keys."""
    other = Api(issue_key(world.owner.client, livemode=True, label="Night shift")[1])
    at(FIRST, world, pilot_brand="alpine")
    worlds.succeed(at(FIRST + 1.5 * DAY, world, pilot_brand="alpine", cost=7))
    worlds.fail(at(FIRST + 2 * DAY - timedelta(microseconds=1), world, other, cost=7))
    worlds.fail(at(FIRST + 2 * DAY, world, pilot_brand=""))
    at(FIRST + 3 * DAY - timedelta(microseconds=1), world, other)
    # These are outside.
    at(FIRST - timedelta(microseconds=1), world)
    worlds.fail(at(FIRST + 3 * DAY, world))
    check_gate()
    return world


def test_by_day(busy: World) -> None:
    body = asked(busy.api, **RANGE)
    assert (body["from"], body["to"]) == ("2026-03-09T00:00:00Z", "2026-03-12T00:00:00Z")
    assert (body["group_by"], body["groups_left_out"]) == ("day", 0)
    totals = {"jobs": 5, "succeeded": 1, "failed": 2, "charged": 29, "refunded": 12, "net": 17}
    assert body["totals"] == totals
    assert {group["label"] for group in body["groups"]} == {None}
    assert list(groups(busy.api, "day").items()) == [
        ("2026-03-11", (2, 0, 1, 10, 5, 5)),
        ("2026-03-10", (2, 1, 1, 14, 7, 7)),
        ("2026-03-09", (1, 0, 0, 5, 0, 5)),
    ]


def test_by_workflow(busy: World) -> None:
    assert groups(busy.api, "workflow") == {"background-swap-with-image": (5, 1, 2, 29, 12, 17)}


def test_by_pilot_brand_no_brand_is_a_group_of_its_own(busy: World) -> None:
    assert list(groups(busy.api, "pilot_brand").items()) == [
        (None, (2, 0, 1, 12, 7, 5)),
        ("alpine", (2, 1, 0, 12, 0, 12)),
        ("", (1, 0, 1, 5, 5, 0)),
    ]


def test_by_api_key(busy: World) -> None:
    body = asked(busy.api, group_by="api_key", **RANGE)
    shown = {group["label"]: (group["key"], group["jobs"], group["net"]) for group in body["groups"]}
    keys = {key.label: key.id for key in busy.owner.client.api_keys.filter(livemode=True)}
    mine = next(label for label in keys if label != "Night shift")
    assert shown == {mine: (keys[mine], 3, 12), "Night shift": (keys["Night shift"], 2, 5)}


@pytest.mark.parametrize("group_by", usage.GROUPS)
@pytest.mark.parametrize("start", [0, 1, 2, 3])
@pytest.mark.parametrize("days", [1, 2, 30])
def test_is_what_the_ledger_says_of_these_jobs(busy: World, group_by: str, start: int, days: int) -> None:
    begin, end = FIRST + start * DAY, FIRST + (start + days) * DAY
    body = asked(busy.api, **{"group_by": group_by, "from": _text(begin), "to": _text(end)})
    jobs = Job.objects.filter(client=busy.owner.client, created_at__gte=begin, created_at__lt=end)
    entries = LedgerEntry.objects.filter(account=busy.owner.account(), job_id__in=jobs.values("id"))
    booked = {
        kind: abs(entries.filter(kind=kind).aggregate(sum=Sum("amount"))["sum"] or 0)
        for kind in ("CHARGE", "REFUND")
    }
    for figures in (body["totals"], _summed(body["groups"])):
        assert (figures["charged"], figures["refunded"]) == (booked["CHARGE"], booked["REFUND"])
        assert figures["net"] == booked["CHARGE"] - booked["REFUND"]
        assert figures["jobs"] == jobs.count()


def _text(moment: datetime) -> str:
    return moment.isoformat()


def _summed(groups: list[dict[str, Any]]) -> dict[str, int]:
    return {name: sum(group[name] for group in groups) for name in FIGURES}


def test_a_new_account_has_used_nothing(db: None) -> None:
    body = asked(worlds.new_owner().api)
    assert (body["groups"], body["groups_left_out"], body["totals"]) == ([], 0, NOTHING)


@pytest.mark.parametrize("group_by", usage.GROUPS)
def test_strangers_and_the_other_mode_see_nothing_of_it(busy: World, group_by: str) -> None:
    for api in (busy.owner.test_api, worlds.new_owner().api):
        assert groups(api, group_by) == {}


def test_without_a_range_it_is_the_last_thirty_days(world: World) -> None:
    dispatch(world)
    body = asked(world.api)
    begin, end = datetime.fromisoformat(body["from"]), datetime.fromisoformat(body["to"])
    assert end - begin == 30 * DAY
    assert (begin.hour, begin.minute, begin.second, begin.utcoffset()) == (0, 0, 0, timedelta(0))
    assert timedelta(0) < end - datetime.now(UTC) <= DAY
    assert body["totals"]["jobs"] == 1


def test_times_may_have_an_offset_and_a_time_of_day(busy: World) -> None:
    found = groups(
        busy.api, "day", **{"from": "2026-03-10T13:00:00+01:00", "to": "2026-03-10T12:00:00.000001Z"}
    )
    assert found == {"2026-03-10": (1, 1, 0, 7, 0, 7)}


def test_many_groups_are_cut_and_the_totals_have_them_all(
    busy: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage, "MOST_GROUPS", 2)
    body = asked(busy.api, group_by="pilot_brand", **RANGE)
    assert [group["key"] for group in body["groups"]] == [None, "alpine"]
    assert body["groups_left_out"] == 1
    assert body["totals"]["charged"] == 29


def test_is_one_query(busy: World) -> None:
    with CaptureQueriesContext(connection) as queries:
        asked(busy.api, **RANGE)
    assert len([query for query in queries if "workflows_job" in query["sql"]]) == 1


@pytest.mark.parametrize(
    ("parameters", "field", "kind"),
    [
        ({"group_by": "client"}, "group_by", "enum"),
        ({"from": "yesterday"}, "from", "datetime_parsing"),
        ({"to": "2026-13-01"}, "to", "datetime_parsing"),
        ({"from": "2026-03-10", "to": "2026-03-10"}, "to", "value_error"),
        ({"from": "2026-03-11", "to": "2026-03-10"}, "to", "value_error"),
        ({"from": "9999-12-31"}, "to", "value_error"),
        ({"to": "0001-01-02"}, "to", "value_error"),
        ({"from": "2025-03-10", "to": "2026-03-12"}, "from", "value_error"),
        ({"from": "0001-01-01T00:00:00+14:00"}, "from", "datetime_parsing"),
        ({"client": "x"}, "client", "extra_forbidden"),
        ({"limit": "5"}, "limit", "extra_forbidden"),
    ],
)
def test_refuses_a_wrong_parameter(world: World, parameters: dict[str, str], field: str, kind: str) -> None:
    def call() -> worlds.Answer:
        return world.api.get(f"/v1/usage?{urlencode(parameters)}")

    assert faults(refused(call, 422, "VALIDATION_ERROR", logged=False)) == [(("query", field), kind)]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2024-01-01", "2025-01-01"),
        ("0001-01-01", "0001-01-02"),
        ("9999-12-01", "9999-12-31T23:59:59.999999Z"),
    ],
    ids=["a leap year", "the first days", "the last days"],
)
def test_takes_any_time(world: World, start: str, end: str) -> None:
    assert asked(world.api, **{"from": start, "to": end})["totals"] == NOTHING
