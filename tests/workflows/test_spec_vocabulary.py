"""GET /v1/spec-vocabulary, and that the reference Studio knows these words."""

import json

from studio_client.reference.backdrops import spec
from tests.world import World, faults, refused


def test_offers_words_with_what_they_mean(world: World) -> None:
    body = world.api.get("/v1/spec-vocabulary").json()
    assert set(body) == {"scene_types", "moods"}
    for words in body.values():
        assert len(words) >= 5
        for word in words:
            assert set(word) == {"value", "description"}
            assert all(word.values())
    assert {"value": "bokeh", "description": "Out-of-focus lights behind a dark glossy surface"} in (
        body["scene_types"]
    )


def test_the_reference_studio_has_something_of_its_own_for_each_word(world: World) -> None:
    body = world.api.get("/v1/spec-vocabulary").json()
    scenes = {word["value"] for word in body["scene_types"]}
    assert scenes == set(spec.SCENE_TYPES) == set(spec.SCENE_WORDS) == set(spec.PALETTES)
    assert {word["value"] for word in body["moods"]} == set(spec.MOODS)
    assert all(spec.design(spec.Spec(scene, "neutral", ())).scene == scene for scene in scenes)


def test_both_modes_are_told_the_same(world: World) -> None:
    live, test = (
        json.loads(api.get("/v1/spec-vocabulary").content) for api in (world.api, world.owner.test_api)
    )
    assert live == test


def test_takes_no_parameter(world: World) -> None:
    body = refused(
        lambda: world.api.get("/v1/spec-vocabulary?mood=calm"), 422, "VALIDATION_ERROR", logged=False
    )
    assert faults(body) == [(("query", "mood"), "extra_forbidden")]
