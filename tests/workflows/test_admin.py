"""The back office's pages of work: request logs, jobs, workflow settings."""

import re
import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client as HttpClient
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients import ulids
from tests import back_office, databases
from tests.back_office import Desk
from tests.world import SWAP, World, begin, dispatch, fail, picture, succeed
from workflows import terms
from workflows.models import Job, PriceChange, RequestLog

DAY_IN_MILLISECONDS = 24 * 3600 * 1000


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk(back_office.staff())


def pictures_in(page: str) -> list[str]:
    return [unescape(url) for url in re.findall(r'<img src="http://127.0.0.1:8000([^"]+)"', page)]


@pytest.mark.parametrize(
    "path",
    [
        "workflows/requestlog/",
        "workflows/requestlog/?q=evil",
        "workflows/requestlog/{request}/change/",
        "workflows/requestlog/{refused}/change/",
        "workflows/job/",
        "workflows/job/?q=evil",
        "workflows/job/{job}/change/",
        "workflows/job/{job}/history/",
        "workflows/workflowsetting/",
        "",
    ],
)
def test_each_page_shows_hostile_names_as_text(desk: Desk, world: World, path: str) -> None:
    job = Job.objects.get(id=back_office.made_hostile(world))
    refused = RequestLog.objects.get(status=422)
    desk.page(path.format(job=job.id, request=job.request_id, refused=refused.id))


@pytest.mark.parametrize("found_by", ["id", "job_id"])
def test_a_request_is_found_by_its_ulid_and_its_jobs(desk: Desk, world: World, found_by: str) -> None:
    dispatch(world)
    sought = RequestLog.objects.get(job_id=dispatch(world).id)
    page = desk.page(f"workflows/requestlog/?q={getattr(sought, found_by).lower()}")
    assert set(re.findall(r"requestlog/(\w{26})/change", page)) == {sought.id}


@pytest.mark.parametrize("found_by", ["id", "request_id"])
def test_a_job_is_found_by_its_ulid_and_its_requests(desk: Desk, world: World, found_by: str) -> None:
    dispatch(world)
    sought = dispatch(world)
    page = desk.page(f"workflows/job/?q={getattr(sought, found_by)}")
    assert set(re.findall(r"job/(\w{26})/change", page)) == {sought.id}


@pytest.mark.parametrize(
    ("query", "accepted", "refused"),
    [
        ("answer=2", True, False),
        ("answer=4", False, True),
        ("answer=5", False, False),
        ("answer=nonsense", True, True),
        ("error_code=VALIDATION_ERROR", False, True),
        ("mode=live", True, True),
        ("mode=test", False, False),
        ("workflow=background-swap-with-image", True, True),
        ("within=hour", True, True),
        ("client={client}&answer=2", True, False),
        ("client=" + "0" * 26, False, False),
    ],
)
def test_request_logs_are_filtered(
    desk: Desk, world: World, query: str, accepted: bool, refused: bool
) -> None:
    request_id = dispatch(world).request_id
    other_id = world.api.post(SWAP, world.order(output_preset=7))["X-Request-Id"]
    page = desk.page("workflows/requestlog/?" + query.format(client=world.owner.client.id))
    assert (request_id in page, other_id in page) == (accepted, refused)


@pytest.mark.parametrize(("query", "found"), [("within=hour", False), ("within=week", True)])
def test_time_is_read_from_the_ulid(desk: Desk, world: World, query: str, found: bool) -> None:
    yesterday = ulids.from_uuid(uuid.UUID(int=ulids.to_uuid(ulids.new()).int - (DAY_IN_MILLISECONDS << 80)))
    log = RequestLog.objects.get(job_id=dispatch(world).id)
    with databases.as_owner():
        RequestLog.objects.filter(id=log.id).update(id=ulids.to_uuid(yesterday))
    assert (yesterday in desk.page(f"workflows/requestlog/?{query}")) is found


@pytest.mark.parametrize(
    ("query", "found"), [("live", 1), ("FAILURE", 1), ("SUCCESS", 1), ("NOT_STARTED", 0)]
)
def test_jobs_are_filtered_by_status(desk: Desk, world: World, query: str, found: int) -> None:
    fail(dispatch(world))
    succeed(dispatch(world))
    begin(dispatch(world))
    page = desk.page(f"workflows/job/?status={query}")
    assert len(set(re.findall(r"job/(\w{26})/change", page))) == found


@pytest.mark.parametrize("room", ["requestlog", "job"])
def test_long_lists_are_not_counted_and_cost_the_same(desk: Desk, world: World, room: str) -> None:
    dispatch(world)
    with CaptureQueriesContext(connection) as few:
        desk.page(f"workflows/{room}/?q={world.owner.client.name}")
    for _ in range(5):
        dispatch(world)
    with CaptureQueriesContext(connection) as many:
        desk.page(f"workflows/{room}/?q={world.owner.client.name}&_facets=True")
    assert len(many) == len(few)
    assert not [query["sql"] for query in many.captured_queries if "COUNT(" in query["sql"].upper()]


def test_a_refused_request_shows_its_body_and_error(desk: Desk, world: World) -> None:
    request_id = world.api.post(SWAP, world.order(output_preset="no-such"))["X-Request-Id"]
    page = unescape(desk.page(f"workflows/requestlog/{request_id}/change/"))
    assert '"output_preset": "no-such"' in page
    assert "VALIDATION_ERROR" in page


def test_a_finished_job_tells_its_story(desk: Desk, world: World) -> None:
    job = dispatch(world)
    succeed(job)
    page = desk.page(f"workflows/job/{job.id}/change/")
    pictures = pictures_in(page)
    assert [b"".join(HttpClient().get(url)) for url in pictures] == [picture()] * 3
    assert job.render is not None
    assert job.render["key"] in pictures[2]
    for text in (
        "Accepted and charged.",
        "Studio has it.",
        "The render is ready.",
        "−5",
        world.owner.client.name,
    ):
        assert text in page
    assert f"/admin/workflows/requestlog/{job.request_id}/change/" in page


def test_a_refunded_job_shows_no_result(desk: Desk, world: World) -> None:
    job = dispatch(world)
    fail(job)
    page = desk.page(f"workflows/job/{job.id}/change/")
    assert len(pictures_in(page)) == 2
    assert "renders/" not in page
    for text in ("No result: the job failed", "No subject was found", "−5", "+5", "refunded"):
        assert text in page


def test_a_live_job_shows_how_far_it_is(desk: Desk, world: World) -> None:
    job = dispatch(world)
    begin(job)
    page = desk.page(f"workflows/job/{job.id}/change/")
    assert '<progress value="0.5">' in page
    assert "No result yet." in page


def test_a_job_outlives_its_request_log(desk: Desk, world: World) -> None:
    job = dispatch(world)
    with databases.as_owner():
        RequestLog.objects.all().delete()
    page = desk.page(f"workflows/job/{job.id}/change/")
    assert job.request_id in page
    assert f"requestlog/{job.request_id}" not in page


@pytest.mark.parametrize(
    "path",
    [
        "workflows/job/add/",
        "workflows/job/{job}/change/",
        "workflows/job/{job}/delete/",
        "workflows/requestlog/add/",
        "workflows/requestlog/{request}/change/",
        "workflows/requestlog/{request}/delete/",
        "workflows/workflowsetting/add/",
        "workflows/workflowsetting/background-swap-with-image/delete/",
    ],
)
def test_work_is_read_only(desk: Desk, world: World, path: str) -> None:
    job = dispatch(world)
    assert desk.refuses(path.format(job=job.id, request=job.request_id))


def announce(desk: Desk, cost: int, ahead: timedelta) -> HttpResponseBase:
    terms.create_missing()
    begins = timezone.now() + ahead
    return desk.submit(
        "workflows/workflowsetting/background-swap-with-image/change/",
        enabled="on",
        **{
            "price_changes-TOTAL_FORMS": 1,
            "price_changes-INITIAL_FORMS": 0,
            "price_changes-0-workflow": "background-swap-with-image",
            "price_changes-0-credits_cost": cost,
            "price_changes-0-effective_from_0": f"{begins:%Y-%m-%d}",
            "price_changes-0-effective_from_1": f"{begins:%H:%M:%S}",
        },
    )


def test_a_new_price_is_announced(desk: Desk, world: World) -> None:
    assert announce(desk, 8, timedelta(hours=1)).status_code == 302
    change = PriceChange.objects.get()
    assert (change.credits_cost, change.created_by) == (8, User.objects.get())
    page = desk.page("workflows/workflowsetting/background-swap-with-image/change/")
    assert User.objects.get().username in page


@pytest.mark.parametrize(("cost", "ahead"), [(0, timedelta(hours=1)), (8, timedelta(minutes=4))])
def test_a_price_of_nothing_or_without_notice_is_refused(
    desk: Desk, world: World, cost: int, ahead: timedelta
) -> None:
    assert announce(desk, cost, ahead).status_code == 200
    assert not PriceChange.objects.exists()
