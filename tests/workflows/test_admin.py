"""The back office's pages of work: request logs, jobs, workflow settings."""

import re
import uuid
from html import unescape

import pytest
from django.db import connection
from django.test import Client as HttpClient
from django.test.utils import CaptureQueriesContext

from clients import ulids
from tests import back_office, databases
from tests.back_office import Desk
from tests.world import SWAP, World, begin, dispatch, fail, picture, succeed
from workflows import terms
from workflows.definitions import ALL
from workflows.models import Job, RequestLog, WorkflowSetting

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


def test_a_new_price_holds_for_the_next_job_only(desk: Desk, world: World) -> None:
    terms.create_missing()
    before = dispatch(world)
    name = before.workflow
    desk.submit(f"workflows/workflowsetting/{name}/change/", credits_cost=8, enabled="on")
    assert terms.terms(ALL[name]) == terms.Terms(enabled=True, credits_cost=8)
    assert [dispatch(world).credits_cost, Job.objects.get(id=before.id).credits_cost] == [8, 5]


def test_a_price_of_nothing_is_refused(desk: Desk, world: World) -> None:
    terms.create_missing()
    path = "workflows/workflowsetting/background-swap-with-image/change/"
    assert desk.submit(path, credits_cost=0, enabled="on").status_code == 200
    assert WorkflowSetting.objects.get().credits_cost == 5
