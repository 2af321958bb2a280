"""POST /v1/background-swap-with-image: it works."""

from django.db import connection

from assets import storage
from billing.models import LedgerEntry
from tests import world as worlds
from tests.world import SWAP, World, dispatch
from workflows.models import RequestLog, WorkflowSetting


def test_accepts(world: World) -> None:
    answer = world.api.post(SWAP, world.order(pilot_brand="Älpler 🏔"))
    body = answer.json()
    assert answer.status_code == 202
    assert set(body) == {"request_id", "job_id", "status", "credits_cost"}
    assert (body["status"], body["credits_cost"]) == ("NOT_STARTED", 5)
    assert body["request_id"] == answer["X-Request-Id"]
    assert answer["Location"] == f"/v1/jobs/{body['job_id']}"
    assert int(answer["Retry-After"]) > 0
    assert answer["Content-Type"] == "application/json"
    assert "Idempotent-Replayed" not in answer


def test_writes_job_charge_event_and_request_log(world: World) -> None:
    job = dispatch(world, pilot_brand="alpine")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    charge = LedgerEntry.objects.get(job_id=job.id)
    log = RequestLog.objects.get(id=job.request_id)
    account = world.owner.account()
    assert (charge.kind, charge.amount, charge.balance_after, charge.request_id) == (
        "CHARGE", -5, 95, log.id
    )  # fmt: skip
    assert (log.status, log.method, log.path, log.workflow) == (202, "POST", SWAP, SWAP.split("/")[-1])
    assert (log.job_id, log.credits, log.error_code, log.body) == (job.id, 5, None, None)
    assert (account.balance, account.open_jobs, account.in_flight) == (95, 1, 5)
    assert (job.pilot_brand, job.workflow, job.status) == (
        "alpine",
        "background-swap-with-image",
        "NOT_STARTED",
    )
    assert [event.event_type for event in job.events.all()] == ["queued"]


def test_takes_an_object_under_the_clients_own_prefix(world: World) -> None:
    key = f"{world.owner.client.storage_prefix(livemode=True)}summer/shoe 1.png"
    storage.pictures().put(key, worlds.picture(), "image/png")
    job = dispatch(world, source_image_s3_key=key)
    assert job.inputs["source"]["key"] == key


def test_takes_a_render_as_source(world: World) -> None:
    first = dispatch(world)
    worlds.succeed(first)
    job = dispatch(world, source_image_s3_key=..., source_render_public_id=first.id)
    assert job.inputs["source"]["key"] == first.render["key"]  # type: ignore[index]


def test_both_sources_use_the_key_and_record_the_render(world: World) -> None:
    first = dispatch(world)
    worlds.succeed(first)
    job = dispatch(world, source_render_public_id=first.id)
    assert (job.inputs["source"]["key"], job.inputs["source"]["render_id"]) == (world.upload_key, first.id)


def test_takes_null_where_a_field_is_optional(world: World) -> None:
    job = dispatch(world, source_render_public_id=None, pilot_brand=None)
    assert job.pilot_brand is None


def test_takes_the_clients_own_background(world: World) -> None:
    own = worlds.new_background(client=world.owner.client, livemode=True)
    assert dispatch(world, background_image_public_id=own.id).inputs["background"]["id"] == own.id


def test_test_keys_spend_test_credits(world: World) -> None:
    key = worlds.upload(world.owner, livemode=False)
    job = dispatch(world, world.owner.test_api, source_image_s3_key=key)
    balances = {mode: world.owner.account(livemode=mode).balance for mode in (True, False)}
    assert (job.livemode, balances) == (False, {True: 100, False: 95})


def test_price_of_the_admin_is_charged(world: World) -> None:
    WorkflowSetting.objects.update_or_create(
        name="background-swap-with-image", defaults={"credits_cost": 12, "enabled": True}
    )
    assert dispatch(world).credits_cost == 12
    assert world.owner.account().balance == 88
