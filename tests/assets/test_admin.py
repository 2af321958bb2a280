"""The back office's pages of pictures: backgrounds, output presets, uploads."""

import re

import pytest
from django.test import Client as HttpClient

from assets.models import Background, OutputPreset, Upload
from tests import back_office
from tests.back_office import Desk
from tests.world import World, picture

FIELDS = {
    "width": 640,
    "height": 480,
    "fit": "pad",
    "padding_color": "#00ff00",
    "format": "png",
    "quality": 90,
    "position": 1,
}


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk(back_office.staff())


@pytest.mark.parametrize(
    "path",
    [
        "assets/background/",
        "assets/background/?q=evil",
        "assets/background/{background}/change/",
        "assets/outputpreset/",
        "assets/outputpreset/square-jpeg/change/",
        "assets/outputpreset/add/",
        "assets/upload/",
        "assets/upload/?q=evil",
        "assets/upload/{upload}/change/",
    ],
)
def test_each_page_shows_hostile_names_as_text(desk: Desk, world: World, path: str) -> None:
    back_office.made_hostile(world)
    desk.page(path.format(background=world.background.id, upload=Upload.objects.get().id))


def test_a_background_shows_its_picture(desk: Desk, world: World) -> None:
    page = desk.page(f"assets/background/{world.background.id}/change/")
    (url,) = re.findall(r'<img class="bo-thumbnail" src="http://127.0.0.1:8000([^"]+)"', page)
    answer = HttpClient().get(url.replace("&amp;", "&"))
    assert b"".join(answer) == picture()


def test_an_archived_background_leaves_the_catalogue(desk: Desk, world: World) -> None:
    spec = {"display_name": "Loft", "scene_type": "studio", "mood": "calm", "description": ""}
    path = f"assets/background/{world.background.id}/change/"
    assert desk.submit(path, **spec, status="archived", key="elsewhere.png").status_code == 302
    assert Background.objects.get().key == world.background.key
    answer = world.api.post("/v1/background-swap-with-image", world.order())
    assert answer.status_code == 422


def test_a_preset_is_edited_but_keeps_its_name(desk: Desk, world: World) -> None:
    desk.submit("assets/outputpreset/square-jpeg/change/", **FIELDS, name="other", active="on")
    preset = OutputPreset.objects.get()
    assert (preset.name, preset.width, preset.padding_color) == ("square-jpeg", 640, "#00ff00")


@pytest.mark.parametrize("wrong", [{"padding_color": "red; }"}, {"width": 9000}, {"quality": 0}])
def test_a_wrong_preset_is_refused(desk: Desk, world: World, wrong: dict[str, object]) -> None:
    desk.submit("assets/outputpreset/square-jpeg/change/", **{**FIELDS, **wrong})
    assert OutputPreset.objects.get().width == world.preset.width


@pytest.mark.parametrize(
    "path",
    [
        "assets/background/add/",
        "assets/background/{background}/delete/",
        "assets/outputpreset/square-jpeg/delete/",
        "assets/upload/add/",
        "assets/upload/{upload}/change/",
        "assets/upload/{upload}/delete/",
    ],
)
def test_pictures_are_neither_made_nor_deleted_here(desk: Desk, world: World, path: str) -> None:
    assert desk.refuses(path.format(background=world.background.id, upload=Upload.objects.get().id))
