"""The Python SDK, from an upload to the picture."""

import uuid
from pathlib import Path

import pytest
from image_workflow_gateway import Gateway, Job, JobFailed, errors, models
from PIL import Image

from config.embedded.stack import Stack
from studio_client.reference import samples
from tests import world
from tests.sdk.conftest import PRESET, Account, Order


def test_from_a_file_to_the_picture(
    gateway: Gateway, background: str, pictures: samples.Samples, tmp_path: Path
) -> None:
    before = gateway.credits().balance
    quote = gateway.background_swap_with_image(
        source=pictures.subject, background=background, output_preset=PRESET, dry_run=True
    )
    assert (quote.credits_cost, quote.balance_after) == (5, before - 5)
    job = gateway.background_swap_with_image(
        source=str(pictures.subject),
        background=background,
        output_preset=PRESET,
        pilot_brand="alpine",
        max_credits=quote.credits_cost,
    )
    assert not job.replayed
    seen: list[models.JobDetail] = []
    done = job.wait(timeout=90, on_progress=seen.append)
    assert (done.public_id, done.pilot_brand, done.request_id) == (job.id, "alpine", job.request_id)
    assert len(seen) > 1
    assert seen[-1] == done
    assert [one.progress for one in seen] == sorted(one.progress for one in seen)
    path = gateway.download(job, tmp_path / "swapped.webp")
    preset = next(preset for preset in gateway.output_presets() if preset.name == PRESET)
    with Image.open(path) as picture:
        assert picture.size == (preset.width, preset.height)
    assert [file.name for file in tmp_path.iterdir()] == ["swapped.webp"]
    assert gateway.credits().balance == before - job.credits_cost


def test_a_render_is_a_source_too(gateway: Gateway, order: Order, workless: Stack) -> None:
    unfinished = gateway.background_swap_with_image(**order)
    for source in (unfinished, unfinished.id):
        with pytest.raises(errors.ValidationFailed) as refused:
            gateway.background_swap_with_image(
                source=source, background=order["background"], output_preset=PRESET
            )
        assert [fault.loc for fault in refused.value.detail] == [["body", "source_render_public_id"]]
    unfinished.cancel()


def test_the_same_key_twice_is_one_job(
    gateway: Gateway, background: str, pictures: samples.Samples, workless: Stack
) -> None:
    """From a file: it is uploaded once, so that both orders have one body."""
    before, key = gateway.credits().balance, str(uuid.uuid4())
    first, second = (
        gateway.background_swap_with_image(
            source=pictures.subject, background=background, output_preset=PRESET, idempotency_key=key
        )
        for _ in range(2)
    )
    assert second.id == first.id
    assert (first.replayed, second.replayed) == (False, True)
    assert second.idempotency_key == key
    assert gateway.credits().balance == before - 5
    with pytest.raises(errors.IdempotencyKeyReused):
        gateway.background_swap_with_image(
            source=pictures.subject, background=background, output_preset="story", idempotency_key=key
        )
    first.cancel()


def test_a_cancelled_job_is_refunded(gateway: Gateway, order: Order, workless: Stack, tmp_path: Path) -> None:
    before = gateway.credits().balance
    job = gateway.background_swap_with_image(**order)
    with pytest.raises(errors.WaitTimedOut, match=job.id):
        job.wait(timeout=0.2)
    with pytest.raises(errors.NotFound, match="wait for it"):
        job.download(tmp_path / "none.jpg")
    assert gateway.cancel(job).credits_.refunded == job.credits_cost
    with pytest.raises(JobFailed) as failed:
        gateway.job(job.id).wait()
    assert (failed.value.code, failed.value.refunded, failed.value.charged) == ("CANCELLED", 5, 0)
    assert failed.value.request_id == job.request_id
    assert gateway.credits().balance == before
    assert list(tmp_path.iterdir()) == []


def test_a_job_that_fails_says_why(gateway: Gateway, background: str, pictures: samples.Samples) -> None:
    job = gateway.background_swap_with_image(
        source=pictures.no_subject.read_bytes(), background=background, output_preset=PRESET
    )
    with pytest.raises(JobFailed) as failed:
        job.wait(timeout=90)
    assert (failed.value.code, failed.value.refunded) == ("NO_SUBJECT", 5)
    assert failed.value.job.public_id == job.id


def test_jobs_come_page_by_page(gateway: Gateway, order: Order, workless: Stack) -> None:
    brand = f"brand {uuid.uuid4()}"
    ordered = [gateway.background_swap_with_image(**order, pilot_brand=brand) for _ in range(3)]
    found = [job.public_id for job in gateway.jobs(pilot_brand=brand, page_size=2)]
    assert found == [job.id for job in reversed(ordered)]
    assert list(gateway.jobs(pilot_brand=brand, status="SUCCESS")) == []
    for job in ordered:
        assert isinstance(job, Job)
        job.cancel()


def test_requests_are_signed_on_wish(account: Account, order: Order) -> None:
    with account.gateway(signing_secret=account.signing_secret) as gateway:
        assert gateway.upload(world.picture((1, 1))).width == 1
        quote = gateway.background_swap_with_image(**order, dry_run=True)
        assert quote.credits_cost == 5
        assert gateway.credits().livemode
    with (
        account.gateway(signing_secret="whsec_of_another") as gateway,
        pytest.raises(errors.Unauthenticated) as refused,
    ):
        gateway.credits()
    assert refused.value.code == "SIGNATURE_INVALID"
