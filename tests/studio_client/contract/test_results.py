"""A job that succeeds: the picture is there before SUCCESS is seen, and is what the manifest says."""

import hashlib
import io
from typing import Any

import pytest
from PIL import Image

from tests.studio_client import asking, pictures
from tests.studio_client.files import Files
from tests.studio_client.service import Studio


def near(picture: Image.Image, at: tuple[int, int], other: tuple[int, ...]) -> bool:
    """Whether the pixel has about this colour."""
    color = picture.getpixel(at)
    assert isinstance(color, tuple)
    return all(abs(one - two) < 45 for one, two in zip(color, other, strict=True))


def opened(content: bytes, output: dict[str, Any]) -> Image.Image:
    """The picture, after its bytes have been compared with the manifest's line about it."""
    assert output["sha256"] == hashlib.sha256(content).hexdigest()
    assert output["bytes"] == len(content)
    picture = Image.open(io.BytesIO(content))
    assert (picture.width, picture.height) == (output["width"], output["height"])
    assert picture.format == output["format"].upper()
    return picture.convert("RGB")


def test_a_swap_is_delivered_before_it_is_seen_to_succeed(studio: Studio, caller: Files) -> None:
    job_id = asking.job_id()
    path = f"/results/{job_id}.jpg"
    delivery = {"put_url": f"{caller.url}{path}?signature=secret"}
    studio.call("PUT", f"/v1/jobs/{job_id}", json=asking.swap(caller, deliver_to=delivery))
    job = studio.ended(job_id)
    assert (job["status"], job["error"]) == ("SUCCESS", None)
    content, media_type = caller.uploads[path]
    picture = opened(content, job["outputs"][0])
    assert media_type == "image/jpeg"
    assert picture.size == (200, 150)
    assert near(picture, (100, 75), pictures.SUBJECT)
    assert near(picture, (6, 6), pictures.BACKGROUND)
    assert "secret" not in str(job)


@pytest.mark.parametrize("form", ["jpeg", "png", "webp", "avif"])
def test_a_generated_backdrop_is_kept_in_each_format(studio: Studio, form: str) -> None:
    job_id = asking.job_id()
    output = {**asking.OUTPUT, "format": form}
    studio.call("PUT", f"/v1/jobs/{job_id}", json=asking.generator(output=output))
    job = studio.ended(job_id)
    kept = studio.session.get(job["outputs"][0]["url"], timeout=10)
    assert kept.headers["Content-Type"] == f"image/{form}"
    picture = opened(kept.content, job["outputs"][0])
    assert len(set(picture.resize((20, 15)).get_flattened_data())) > 20


def test_a_swap_onto_a_spec_shows_the_subject_on_another_backdrop(studio: Studio, caller: Files) -> None:
    job_id = asking.job_id()
    body = asking.swap(caller, workflow="background-swap-with-spec", background={"spec": asking.SPEC})
    studio.call("PUT", f"/v1/jobs/{job_id}", json=body)
    job = studio.ended(job_id)
    picture = opened(studio.session.get(job["outputs"][0]["url"], timeout=10).content, job["outputs"][0])
    assert near(picture, (100, 75), pictures.SUBJECT)
    assert not near(picture, (6, 6), pictures.WALL)


def test_the_manifest_says_what_made_the_picture(studio: Studio, caller: Files) -> None:
    job_id = asking.job_id()
    studio.call("PUT", f"/v1/jobs/{job_id}", json=asking.swap(caller))
    job = studio.ended(job_id)
    assert set(job["engine"]) == {"name", "version", "weights_sha256"}
    assert 0 <= job["confidence"] <= 1
    assert job["timings"]
    assert all(seconds >= 0 for seconds in job["timings"].values())
    assert job["metadata"] == {"pilot_brand": "figs"}


def test_the_same_request_gives_the_same_bytes(studio: Studio, caller: Files) -> None:
    ids = [asking.job_id(), asking.job_id()]
    for job_id in ids:
        studio.call("PUT", f"/v1/jobs/{job_id}", json=asking.swap(caller))
    assert len({studio.ended(job_id)["outputs"][0]["sha256"] for job_id in ids}) == 1


def test_a_job_without_a_kept_picture_has_none_to_give(studio: Studio, caller: Files) -> None:
    job_id = asking.job_id()
    body = asking.swap(caller, source={"url": f"{caller.url}/missing.jpg"})
    studio.call("PUT", f"/v1/jobs/{job_id}", json=body)
    studio.ended(job_id)
    assert studio.call("GET", f"/v1/jobs/{job_id}/output").status_code == 404
