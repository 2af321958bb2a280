"""POST /v1/background-swap-with-image with a magic source key: for test keys, never for a real picture."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from assets import storage
from clients import ulids
from config.embedded.bootstrap import ROOT
from studio_client import TERMINAL_CODES, OutcomeUnknown
from studio_client.reference import rehearsals as of_studio
from tests import world as worlds
from tests.world import RENDER, SOURCE, SWAP, World, dispatch, faults, refused
from workflows import definitions, pace, studios
from workflows import dispatch as dispatching
from workflows.definitions import rehearsals
from workflows.models import Job

PAGE = Path(ROOT, "docs/test-mode.md")


def magic(world: World, name: str, mode: str = "test") -> str:
    return f"uploads/{world.owner.client.id}/{mode}/magic/{name}"


def rehearse(world: World, name: str) -> Job:
    return dispatch(world, world.owner.test_api, source_image_s3_key=magic(world, name))


def told(world: World, key: str, *, live: bool = False) -> str:
    """The message about a source key that is refused."""
    api = world.api if live else world.owner.test_api
    body = refused(lambda: api.post(SWAP, world.order(**{SOURCE: key})), 422, "VALIDATION_ERROR")
    assert faults(body) == [(("body", SOURCE), "value_error")]
    return str(body["detail"][0]["msg"])


def test_gateway_and_studio_know_the_same_names() -> None:
    assert set(rehearsals.ALL) == set(of_studio.NAMES)


def test_every_code_with_which_studio_ends_a_job_has_its_name() -> None:
    ends = {name: rehearsal.ends for name, rehearsal in rehearsals.ALL.items()}
    assert {code: ends[code] for code in TERMINAL_CODES} == {code: code.upper() for code in TERMINAL_CODES}


def test_the_page_lists_each_name_and_how_it_ends() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+) \| `?(\w+)`?[^|]* \|$", PAGE.read_text(), re.MULTILINE)
    listed = {name: (what, ends) for name, what, ends in rows}
    assert listed == {name: (known.what, known.ends) for name, known in rehearsals.ALL.items()}


@pytest.mark.parametrize("name", rehearsals.ALL)
def test_a_test_key_names_it_without_an_upload(world: World, name: str) -> None:
    job = rehearse(world, name)
    assert (job.livemode, job.credits_cost, job.inputs["source"]) == (False, 5, {"rehearsal": name})
    order = dispatching._order(job)
    assert (order.rehearse, order.source, order.job_id) == (name, None, job.id)
    assert world.owner.account(livemode=False).balance == 95


def test_those_that_wait_for_their_deadline_have_a_short_one(world: World) -> None:
    lives = {name: rehearse(world, name) for name in ("hang", "studio_unknown", "success", "no_subject")}
    spans = {name: job.deadline_at - job.created_at for name, job in lives.items()}
    assert spans["hang"] == spans["studio_unknown"] == timedelta(seconds=5)
    assert spans["success"] == spans["no_subject"] == timedelta(minutes=15)


def test_the_key_is_canonical_like_any_other(world: World) -> None:
    prefix = f"uploads/{world.owner.client.id}/test/"
    job = dispatch(world, world.owner.test_api, source_image_s3_key=f"{prefix}magic%2Fno_subject")
    assert job.inputs["source"] == {"rehearsal": "no_subject"}
    for spoiled in ("magic//no_subject", "magic/../magic/no_subject", "Magic/no_subject", "magic"):
        assert "magic names" not in told(world, prefix + spoiled)


def test_a_name_that_is_not_known_is_refused_with_those_that_are(world: World) -> None:
    for name in ("no_subjects", "NO_SUBJECT", "no_subject.jpg", "no_subject/x"):
        message = told(world, magic(world, name))
        assert set(rehearsals.ALL) <= set(re.findall(r"\w+", message.partition("The magic names are")[2]))


def test_a_live_key_knows_no_magic(world: World) -> None:
    unknown = told(world, f"uploads/{world.owner.client.id}/live/nothing", live=True)
    for mode in ("live", "test"):
        for name in ("success", "no_subject", "nothing"):
            assert told(world, magic(world, name, mode), live=True) == unknown


def test_another_clients_magic_is_unknown(world: World) -> None:
    stranger = World(worlds.new_owner(), world.background, world.preset, "")
    message = told(world, magic(stranger, "success"))
    assert message == told(world, f"uploads/{stranger.owner.client.id}/test/nothing")
    assert "magic names" not in message


def test_a_real_picture_under_a_magic_key_is_that_picture(world: World) -> None:
    key = magic(world, "no_subject")
    storage.pictures().put(key, worlds.picture(), "image/png")
    job = rehearse(world, "no_subject")
    order = dispatching._order(job)
    assert (job.inputs["source"]["key"], order.rehearse) == (key, None)
    assert order.source is not None
    assert job.deadline_at - job.created_at == timedelta(minutes=15)


def test_a_real_picture_under_a_live_key_that_reads_like_magic_is_that_picture(world: World) -> None:
    key = magic(world, "hang", "live")
    storage.pictures().put(key, worlds.picture(), "image/png")
    job = dispatch(world, source_image_s3_key=key)
    assert (job.inputs["source"]["key"], dispatching._order(job).rehearse) == (key, None)


def test_no_order_of_a_live_job_asks_for_a_rehearsal(world: World) -> None:
    job = dispatch(world)
    # As no request can make it.
    job.inputs["source"] = {"rehearsal": "success"}
    order = dispatching._order(job)
    assert (order.rehearse, order.source) == (None, None)


def test_a_rehearsal_is_shown_and_listed_like_any_job(world: World) -> None:
    earlier = rehearse(world, "success")
    worlds.succeed(earlier)
    body = {SOURCE: magic(world, "low_confidence"), RENDER: earlier.id}
    job = dispatch(world, world.owner.test_api, **body)
    assert job.inputs["source"] == {"rehearsal": "low_confidence", "render_id": earlier.id}
    assert world.owner.test_api.get(f"/v1/jobs/{job.id}").json()["request"][SOURCE] == body[SOURCE]
    shown = world.owner.test_api.get(f"/v1/renders/{earlier.id}").json()["inputs"]
    assert "source_image_url" not in shown
    assert "background_image_url" in shown


def test_a_rehearsed_outage_pauses_nobody(world: World) -> None:
    lane = pace.Lane(pace.Step.DISPATCH, livemode=False)
    for wants_no_answer in (True, False):
        for _ in range(6):
            with (
                pytest.raises(OutcomeUnknown),
                studios.watched(lane, [ulids.new()], wants_no_answer=wants_no_answer),
            ):
                raise OutcomeUnknown("HTTP 500")
        assert lane.row.get().allowance == (None if wants_no_answer else 1)
    job = rehearse(world, "studio_unknown")
    assert rehearsals.wants_no_answer(job.inputs)
    assert not rehearsals.wants_no_answer(rehearse(world, "hang").inputs)


def test_the_description_of_the_field_says_so() -> None:
    field = definitions.ALL["background-swap-with-image"].request().fields[SOURCE]
    assert "magic/NAME" in str(field.help_text)
