"""GET /v1/jobs."""

from datetime import timedelta
from itertools import chain

import pytest

from tests import world as worlds
from tests.world import World, dispatch, faults, pages, refused
from workflows.models import Job

ROW = {
    "public_id", "request_id", "job_type", "status", "stage", "progress", "pilot_brand", "created_at",
    "started_at", "finished_at", "request", "result", "error", "credits",
}  # fmt: skip


def ids(world: World, query: str = "") -> list[str]:
    answer = world.api.get(f"/v1/jobs{query}")
    assert answer.status_code == 200, answer.content
    return [job["public_id"] for job in answer.json()["jobs"]]


def test_lists_newest_first(world: World) -> None:
    made = [dispatch(world).id for _ in range(3)]
    body = world.api.get("/v1/jobs").json()
    assert set(body) == {"jobs", "next_cursor"}
    assert [set(job) for job in body["jobs"]] == [ROW] * 3
    assert [job["public_id"] for job in body["jobs"]] == made[::-1]
    assert body["next_cursor"] is None


def test_an_empty_list(world: World) -> None:
    assert world.api.get("/v1/jobs").json() == {"jobs": [], "next_cursor": None}


@pytest.mark.parametrize("limit", [1, 2, 4, 5, 6])
def test_cursors_lead_through_all_jobs_once(world: World, limit: int) -> None:
    made = [dispatch(world).id for _ in range(5)]
    found = [[job["public_id"] for job in page] for page in pages(world.api, "/v1/jobs", "jobs", limit)]
    assert [len(page) for page in found[:-1]] == [limit] * (len(found) - 1)
    assert list(chain(*found)) == made[::-1]
    assert len(found) == -(-5 // limit)


def test_a_job_that_comes_between_two_pages_moves_nothing(world: World) -> None:
    made = [dispatch(world).id for _ in range(4)]
    walk = pages(world.api, "/v1/jobs", "jobs", 2)
    first = [job["public_id"] for job in next(walk)]
    dispatch(world)
    assert first + [job["public_id"] for job in next(walk)] == made[::-1]


def test_offset_skips_jobs(world: World) -> None:
    made = [dispatch(world).id for _ in range(4)][::-1]
    assert ids(world, "?offset=1&limit=2") == made[1:3]
    assert ids(world, "?offset=9") == []


def test_filters_by_status(world: World) -> None:
    waiting, running, done, failed = (dispatch(world) for _ in range(4))
    worlds.begin(running)
    worlds.succeed(done)
    worlds.fail(failed)
    expected = {"NOT_STARTED": waiting, "IN_PROGRESS": running, "SUCCESS": done, "FAILURE": failed}
    assert {status: ids(world, f"?status={status}") for status in expected} == {
        status: [job.id] for status, job in expected.items()
    }


def test_filters_by_job_type(world: World) -> None:
    job = dispatch(world)
    assert ids(world, "?job_type=BACKGROUND_SWAP_WITH_IMAGE") == [job.id]
    twice = "?job_type=BACKGROUND_SWAP_WITH_IMAGE&job_type=BACKGROUND_SWAP_WITH_IMAGE"
    assert ids(world, twice) == [job.id]


@pytest.mark.parametrize("given", ["background-swap-with-image", "", "%00"])
def test_refuses_a_job_type_that_is_none(world: World, given: str) -> None:
    path = f"/v1/jobs?job_type=BACKGROUND_SWAP_WITH_IMAGE&job_type={given}"
    body = refused(lambda: world.api.get(path), 422, "VALIDATION_ERROR", logged=False)
    assert faults(body) == [(("query", "job_type", 1), "enum")]


def test_filters_by_pilot_brand(world: World) -> None:
    job = dispatch(world, pilot_brand="Älp & Co")
    dispatch(world, pilot_brand="alp")
    dispatch(world)
    assert ids(world, "?pilot_brand=%C3%84lp%20%26%20Co") == [job.id]


def test_filters_by_time(world: World) -> None:
    first, second = dispatch(world), dispatch(world)
    after = Job.objects.get(id=first.id).created_at
    stamp = after.isoformat().replace("+00:00", "Z")
    assert ids(world, f"?created_after={stamp}") == [second.id]
    assert ids(world, f"?created_after={(after + timedelta(hours=1)).isoformat().replace('+', '%2B')}") == []


def test_filters_work_with_cursors(world: World) -> None:
    made = [dispatch(world, pilot_brand="ab"[number % 2]).id for number in range(6)]
    found = chain(*pages(world.api, "/v1/jobs?pilot_brand=a", "jobs", 2))
    assert [job["public_id"] for job in found] == made[::2][::-1]


@pytest.mark.parametrize(
    ("query", "name", "kind"),
    [
        ("limit=0", "limit", "greater_than_equal"),
        ("limit=201", "limit", "less_than_equal"),
        ("limit=-1", "limit", "greater_than_equal"),
        ("limit=", "limit", "int_parsing"),
        ("limit=ten", "limit", "int_parsing"),
        ("limit=1.5", "limit", "int_parsing"),
        ("limit=1_0", "limit", "int_parsing"),
        ("limit=%00", "limit", "int_parsing"),
        ("limit=" + "9" * 3000, "limit", "int_parsing"),
        ("limit=99999999999999999999", "limit", "less_than_equal"),
        ("offset=-1", "offset", "greater_than_equal"),
        ("offset=99999999999999999999", "offset", "less_than_equal"),
        ("cursor=", "cursor", "string_too_short"),
        ("cursor=x", "cursor", "value_error"),
        ("cursor=01ARZ3NDEKTSV4RRFFQ69G5FA%0A", "cursor", "value_error"),
        ("cursor=%00", "cursor", "string_unicode"),
        ("status=success", "status", "enum"),
        ("status=", "status", "enum"),
        ("status=%00", "status", "enum"),
        ("created_after=yesterday", "created_after", "datetime_parsing"),
        ("created_after=", "created_after", "datetime_parsing"),
        ("created_after=0001-01-01T00:00:00%2B23:59", "created_after", "datetime_parsing"),
        ("created_after=99999-01-01T00:00:00Z", "created_after", "datetime_parsing"),
        ("created_after=2026-13-45T99:99:99Z", "created_after", "datetime_parsing"),
        ("pilot_brand=" + "x" * 256, "pilot_brand", "string_too_long"),
        ("pilot_brand=%00", "pilot_brand", "string_unicode"),
        ("client_id=x", "client_id", "extra_forbidden"),
        ("Limit=1", "Limit", "extra_forbidden"),
        ("%00=1", "\ufffd", "extra_forbidden"),
    ],
)
def test_refuses_a_wrong_parameter(world: World, query: str, name: str, kind: str) -> None:
    body = refused(lambda: world.api.get(f"/v1/jobs?{query}"), 422, "VALIDATION_ERROR", logged=False)
    assert faults(body) == [(("query", name), kind)]


@pytest.mark.parametrize(
    "query", ["limit=1&limit=2", "status=SUCCESS&status=FAILURE", "pilot_brand=a&pilot_brand=a"]
)
def test_refuses_a_parameter_that_comes_twice(world: World, query: str) -> None:
    body = refused(lambda: world.api.get(f"/v1/jobs?{query}"), 422, "VALIDATION_ERROR", logged=False)
    assert faults(body) == [(("query", query.partition("=")[0]), "value_error")]


def test_reports_all_faults_at_once(world: World) -> None:
    path = "/v1/jobs?limit=0&status=x&cursor=x&foo=1"
    body = refused(lambda: world.api.get(path), 422, "VALIDATION_ERROR", logged=False)
    assert {fault[0][1] for fault in faults(body)} == {"limit", "status", "cursor", "foo"}
