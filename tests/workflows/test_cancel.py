"""POST /v1/jobs/{public_id}/cancel."""

import json
from typing import Any

import pytest

from billing.models import LedgerEntry
from clients.models import Capability, issue_key
from tests import world as worlds
from tests.world import Answer, Api, World, dispatch, faults, refused
from workflows.models import Job, JobEvent, RequestLog


def cancel(api: Api, job_id: str, body: Any = None) -> Answer:
    return api.post(f"/v1/jobs/{job_id}/cancel", b"" if body is None else body)


def test_a_job_that_waits_ends_and_is_refunded(world: World) -> None:
    job = dispatch(world)
    answer = cancel(world.api, job.id)
    body = answer.json()
    assert (answer.status_code, body["status"], body["error"]["code"]) == (200, "FAILURE", "CANCELLED")
    assert body["credits"] == {"cost": 5, "refunded": 5, "net": 0}
    assert body["latest_event"]["event_type"] == "failed"
    assert body == world.api.get(f"/v1/jobs/{job.id}").json()
    assert "Retry-After" not in answer
    account = world.owner.account()
    assert (account.balance, account.open_jobs, account.in_flight) == (100, 0, 0)


def test_a_job_that_runs_ends_and_is_refunded(world: World) -> None:
    job = dispatch(world)
    worlds.begin(job)
    assert cancel(world.api, job.id).json()["error"]["code"] == "CANCELLED"
    assert world.owner.account().balance == 100


def test_a_second_and_third_time_change_nothing(world: World) -> None:
    job = dispatch(world)
    first = cancel(world.api, job.id)
    before = worlds.books()
    for _ in range(2):
        again = cancel(world.api, job.id)
        assert (again.status_code, again.content) == (200, first.content)
    assert worlds.books() == before
    assert LedgerEntry.objects.filter(job_id=job.id, kind="REFUND").count() == 1
    assert JobEvent.objects.filter(job_id=job.id, event_type="failed").count() == 1


@pytest.mark.parametrize("end", [worlds.succeed, worlds.fail])
def test_a_job_that_ended_otherwise_is_a_409(world: World, end: Any) -> None:
    job = dispatch(world)
    end(job)
    body = refused(lambda: cancel(world.api, job.id), 409, "JOB_ALREADY_FINISHED", job_id=job.id)
    assert body["error"]["retryable"] is False
    assert Job.objects.get(id=job.id).version == job.version


def test_test_credits_go_back_to_the_test_account(world: World) -> None:
    own = {"source_image_s3_key": worlds.upload(world.owner, livemode=False)}
    job = dispatch(world, world.owner.test_api, **own)
    refused(lambda: cancel(world.api, job.id), 404, "JOB_NOT_FOUND")
    assert cancel(world.owner.test_api, job.id).status_code == 200
    assert world.owner.account(livemode=False).balance == world.owner.account().balance == 100


@pytest.mark.parametrize(
    "job_id", ["", "x", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "%00", "81ARZ3NDEKTSV4RRFFQ69G5FAV"]
)
def test_an_unknown_or_malformed_id_is_a_404(world: World, job_id: str) -> None:
    code = "JOB_NOT_FOUND" if job_id else "RESOURCE_NOT_FOUND"
    refused(lambda: cancel(world.api, job_id), 404, code, logged=bool(job_id))


def test_anothers_job_goes_on(world: World) -> None:
    job = dispatch(world)
    stranger = worlds.new_owner(credits=10)
    refused(lambda: cancel(stranger.api, job.id), 404, "JOB_NOT_FOUND")
    assert Job.objects.get(id=job.id).is_live


def test_a_key_that_only_reads_cannot_cancel(world: World) -> None:
    job = dispatch(world)
    reader = Api(issue_key(world.owner.client, livemode=True, capabilities=[Capability.JOBS_READ])[1])
    refused(lambda: cancel(reader, job.id), 403, "CAPABILITY_MISSING")
    assert Job.objects.get(id=job.id).is_live


def test_another_key_of_the_client_can_cancel(world: World) -> None:
    job = dispatch(world)
    other = Api(issue_key(world.owner.client, livemode=True, capabilities=[Capability.JOBS_CREATE])[1])
    assert cancel(other, job.id).status_code == 200


@pytest.mark.parametrize("content_type", ["", "application/json", "application/x-www-form-urlencoded"])
def test_no_body_is_needed(world: World, content_type: str) -> None:
    path = f"/v1/jobs/{dispatch(world).id}/cancel"
    assert world.api.request("POST", path, b"", content_type).status_code == 200


def test_an_empty_object_will_do(world: World) -> None:
    assert cancel(world.api, dispatch(world).id, {}).status_code == 200


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"status": "SUCCESS"}, (("body", "status"), "extra_forbidden")),
        ({"refund": 500}, (("body", "refund"), "extra_forbidden")),
        ([], (("body",), "model_attributes_type")),
        ("yes", (("body",), "model_attributes_type")),
        (b"{", (("body",), "json_invalid")),
    ],
    ids=repr,
)
def test_refuses_whatever_else_is_said(world: World, body: Any, found: tuple[Any, str]) -> None:
    job = dispatch(world)
    refusal = refused(lambda: cancel(world.api, job.id, body), 422, "VALIDATION_ERROR")
    assert faults(refusal) == [found]
    assert Job.objects.get(id=job.id).is_live


def test_a_get_is_a_405(world: World) -> None:
    path = f"/v1/jobs/{dispatch(world).id}/cancel"
    refused(lambda: world.api.get(path), 405, "METHOD_NOT_ALLOWED", logged=False)


def test_each_request_stands_in_the_log_with_the_job(world: World) -> None:
    job = dispatch(world)
    for _ in range(2):
        answer = cancel(world.api, job.id)
        row = RequestLog.objects.get(id=answer["X-Request-Id"])
        assert (row.method, row.path, row.status) == ("POST", f"/v1/jobs/{job.id}/cancel", 200)
        assert (row.job_id, row.credits, row.error_code) == (job.id, 0, None)


def test_its_picture_is_not_shown(world: World) -> None:
    job = dispatch(world)
    worlds.begin(job)
    answer = cancel(world.api, job.id)
    assert "image_url" not in json.dumps(answer.json())
    assert world.api.get(f"/v1/renders/{job.id}").status_code == 404
