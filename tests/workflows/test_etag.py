"""ETag and 304 on GET /v1/jobs/{public_id} and its events."""

import time
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.conf import settings

from tests import world as worlds
from tests.world import Answer, World, dispatch, faults, refused
from workflows import events
from workflows.models import Job

HALF = settings.CLIENT_URL_LIFETIME.total_seconds() / 2
PATHS = ("", "/events")


def read(world: World, job: Job, tag: str = "", path: str = "") -> Answer:
    headers = {"If_None_Match": tag} if tag else {}
    return world.api.get(f"/v1/jobs/{job.id}{path}", **headers)


@pytest.mark.parametrize("path", PATHS)
def test_what_is_known_is_a_304_with_the_same_headers(world: World, path: str) -> None:
    job = dispatch(world)
    first = read(world, job, path=path)
    again = read(world, job, first["ETag"], path)
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert [again[name] for name in ("ETag", "Retry-After")] == [
        first[name] for name in ("ETag", "Retry-After")
    ]
    assert again["X-Request-Id"] != first["X-Request-Id"]


def test_a_tag_counts_in_a_list_and_as_a_strong_one(world: World) -> None:
    job = dispatch(world)
    tag = read(world, job)["ETag"]
    assert tag.startswith('W/"')
    for known in (f'"a", {tag}', tag.removeprefix("W/"), "*"):
        assert read(world, job, known).status_code == 304, known


@pytest.mark.parametrize("given", ['"other"', 'W/"0"', "1", "W/1", "\xfc", '"', ",", "x" * 5000])
def test_another_tag_is_no_match(world: World, given: str) -> None:
    job = dispatch(world)
    answer = read(world, job, given)
    assert (answer.status_code, answer.json()["public_id"]) == (200, job.id)


@pytest.mark.parametrize("path", PATHS)
def test_each_change_has_a_tag_of_its_own(world: World, path: str) -> None:
    job, lost = dispatch(world), dispatch(world)
    known = read(world, job, path=path)["ETag"]
    for change, of in ((worlds.begin, job), (worlds.succeed, job), (worlds.fail, lost)):
        change(of)
        answer = read(world, of, known, path)
        assert answer.status_code == 200
        assert answer["ETag"] != known
        known = answer["ETag"]
    assert "Retry-After" not in read(world, lost, known, path)


def test_what_only_staff_sees_changes_no_tag(world: World) -> None:
    job = dispatch(world)
    tag = read(world, job)["ETag"]
    events.append_internal(job.id, "Studio said 500", attempt=3)
    assert read(world, job, tag).status_code == 304


@pytest.mark.parametrize("path", PATHS)
def test_who_gets_a_304_holds_links_that_still_live_for_half_of_their_time(world: World, path: str) -> None:
    """Links are signed at the first moment of a tag, and asked about at its last."""
    job = dispatch(world)
    worlds.succeed(job)
    begins = (time.time() // HALF + 1) * HALF
    with time_machine.travel(moment(begins), tick=False) as clock:
        first = read(world, job, path=path)
        clock.move_to(moment(begins + HALF - 1))
        assert read(world, job, first["ETag"], path).status_code == 304
        (expires,) = parse_qs(urlsplit(link(first)).query)["X-Expires"]
        assert int(expires) - time.time() >= HALF
        clock.move_to(moment(begins + HALF))
        later = read(world, job, first["ETag"], path)
        assert later.status_code == 200
        assert link(later) != link(first)


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def link(answer: Answer) -> str:
    body = answer.json()
    shown = body["events"][-1] if "events" in body else body["result"]
    return str(shown["artifacts"][0]["image_url"])


def test_a_failed_job_has_one_tag_for_ever(world: World) -> None:
    job = dispatch(world)
    worlds.fail(job)
    tag = read(world, job)["ETag"]
    with time_machine.travel(moment(time.time() + 10**6), tick=False):
        assert read(world, job, tag).status_code == 304


@pytest.mark.parametrize("path", PATHS)
def test_a_foreign_job_is_not_there_whatever_is_known_of_it(world: World, path: str) -> None:
    other = worlds.new_owner()
    call = f"/v1/jobs/{dispatch(world).id}{path}?wait=30"
    refused(lambda: other.api.get(call, If_None_Match="*"), 404, "JOB_NOT_FOUND", logged=False)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("wait=31", "less_than_equal"),
        ("wait=-1", "greater_than_equal"),
        ("wait=1.5", "int_parsing"),
        ("wait=", "int_parsing"),
        ("wait=%00", "int_parsing"),
        ("wait=1&wait=2", "value_error"),
    ],
)
def test_refuses_a_wait_that_is_none(world: World, path: str, query: str, kind: str) -> None:
    call = f"/v1/jobs/{dispatch(world).id}{path}?{query}"
    body = refused(lambda: world.api.get(call), 422, "VALIDATION_ERROR", logged=False)
    assert faults(body) == [(("query", "wait"), kind)]
