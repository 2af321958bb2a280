"""What the Python SDK makes of refusals, and of a bad road to the gateway."""

import email.utils
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from image_workflow_gateway import Gateway, _refusals, errors, models
from image_workflow_gateway._generated.api.request_logs import get_request_log
from image_workflow_gateway._generated.api.workflows import background_swap_with_image
from image_workflow_gateway._transport import FIRST_PAUSE

from config.embedded.stack import Stack
from tests.sdk.conftest import PRESET, Account, Order
from tests.sdk.road import RETRY_AFTER, Trip


@pytest.mark.parametrize("trouble", ["cut", "away", "crowded", "broken"])
def test_an_order_gets_through_once(
    account: Account, order: Order, trip: Trip, trouble: str, workless: Stack
) -> None:
    with account.gateway(trip.past(trouble)) as gateway:
        job = gateway.background_swap_with_image(**order)
        first, second, *more = trip.seen
        assert more == []
        assert second.idempotency_key == first.idempotency_key == job.idempotency_key
        assert second.at - first.at >= (RETRY_AFTER if trouble in {"away", "crowded"} else FIRST_PAUSE / 2)
        assert job.replayed == (trouble == "cut")
        assert next(gateway.jobs()).public_id == job.id
        job.cancel()


@pytest.mark.parametrize("trouble", ["cut", "broken-off", "away"])
def test_a_read_is_repeated(account: Account, trip: Trip, trouble: str) -> None:
    with account.gateway(trip.past(trouble)) as gateway:
        assert gateway.credits().currency == "credits"
    assert [seen.method for seen in trip.seen] == ["GET", "GET"]


@pytest.mark.parametrize("trouble", ["cut", "crowded"])
def test_an_upload_is_repeated_whole(account: Account, cup: bytes, trip: Trip, trouble: str) -> None:
    with account.gateway(trip.past(trouble)) as gateway:
        assert gateway.upload(cup).width > 100
    assert len(trip.seen) == 2


def test_an_order_without_a_key_is_not_repeated(account: Account, order: Order, trip: Trip) -> None:
    """Only a caller of the generated operation can make one."""
    body = models.BackgroundSwapWithImageRequest(
        order["background"], order["output_preset"], source_image_s3_key=order["source"]
    )
    with account.gateway(trip.past("away")) as gateway, pytest.raises(errors.Unavailable) as refused:
        background_swap_with_image.sync(client=gateway.client, body=body)
    assert refused.value.retry_after == RETRY_AFTER
    assert len(trip.seen) == 1


def test_who_is_away_too_long_is_not_waited_for(account: Account, order: Order, trip: Trip) -> None:
    with account.gateway(trip.past("closed")) as gateway, pytest.raises(errors.Unavailable) as refused:
        gateway.background_swap_with_image(**order, idempotency_key="order 7")
    error = refused.value
    assert (error.code, error.status, error.retry_after) == ("OPERATION_DISABLED", 503, 3600)
    assert (error.idempotency_key, error.retryable) == ("order 7", True)
    assert len(trip.seen) == 1


def test_retry_after_may_be_a_date() -> None:
    later = email.utils.format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    refused = _refusals.refusal(httpx.Response(503, headers={"Retry-After": later}, text="Away"))
    assert isinstance(refused, errors.Unavailable)
    assert refused.retry_after is not None
    assert 20 < refused.retry_after <= 30
    assert (refused.charged, refused.code) == (None, "HTTP_503")


def test_nobody_there() -> None:
    with (
        Gateway("sk_live_none", "http://127.0.0.1:9", retry_for=1) as gateway,
        pytest.raises(errors.ConnectionFailed, match=r"127\.0\.0\.1") as failed,
    ):
        gateway.credits()
    assert (failed.value.charged, failed.value.retryable, failed.value.request_id) == (None, True, None)


def test_refusals_have_names(gateway: Gateway, poor: Account, order: Order) -> None:
    with pytest.raises(errors.PriceAboveLimit) as dear:
        gateway.background_swap_with_image(**order, max_credits=4)
    assert (dear.value.status, dear.value.charged, dear.value.retryable) == (402, 0, False)
    with pytest.raises(errors.ValidationFailed) as invalid:
        gateway.background_swap_with_image(source=order["source"], background="none", output_preset="none")
    assert {fault.loc[-1] for fault in invalid.value.detail} == {
        "background_image_public_id",
        "output_preset",
    }
    with pytest.raises(errors.NotFound) as unknown:
        gateway.job("0" * 26).look()
    assert unknown.value.code == "JOB_NOT_FOUND"
    with Gateway("sk_live_wrong", poor.url) as stranger, pytest.raises(errors.Unauthenticated):
        stranger.credits()


def test_a_refusal_is_found_by_its_request_id(poor: Account, cup: bytes, background: str) -> None:
    with poor.gateway() as gateway, pytest.raises(errors.InsufficientBalance) as refused:
        gateway.background_swap_with_image(source=cup, background=background, output_preset=PRESET)
        assert refused.value.request_id
        log = get_request_log.sync(refused.value.request_id, client=gateway.client)
        assert isinstance(log, models.RequestLogDetail)
        assert (log.status, log.error_code, log.credits_) == (402, "INSUFFICIENT_BALANCE", 0)
        assert gateway.credits().balance == 1
