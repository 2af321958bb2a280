"""The frame of the back office: first page, navigation, what its pages may load, staff."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client as HttpClient

from config import back_office as frame
from tests import back_office
from tests.back_office import Desk
from tests.world import World, begin, dispatch, fail


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk(back_office.staff())


def figures(page: str) -> list[str]:
    return re.findall(r'<div class="bo-value">(?:<[^>]*>)?([^<]*)', page)


def test_the_first_page_tells_how_the_work_goes(desk: Desk, world: World) -> None:
    fail(dispatch(world))
    dispatch(world)
    begin(dispatch(world))
    page = desk.page("")
    unfinished, _, succeeded, failed = figures(page)
    assert (unfinished, succeeded, failed) == ("2", "0", "1")
    assert "No subject was found in the picture." in page
    assert "1 not started, 1 in progress" in page


def test_an_empty_house_has_a_first_page_too(desk: Desk) -> None:
    assert "No job has failed in the last 7 days." in desk.page("")


def test_staff_see_only_what_they_may(db: None) -> None:
    page = Desk(back_office.staff("finance", "billing.view_ledgerentry")).page("")
    links = set(re.findall(r'href="/admin/(\w+/\w+)/"', page))
    assert links == {"billing/ledgerentry"}
    assert not figures(page)


def test_clients_keys_do_not_open_the_back_office(world: World) -> None:
    answer = world.api.get("/admin/workflows/job/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("path", ["", "workflows/job/", "clients/apikey/add/", "password_change/"])
def test_pages_may_load_from_nowhere_else(desk: Desk, path: str) -> None:
    page = unescape(desk.page(path))
    assert frame.content_security_policy() in page
    loaded = re.findall(r'(?:src|href)="(https?://[^"]+)"', page)
    assert loaded == []


def test_the_login_page_has_its_policy(db: None) -> None:
    page = unescape(HttpClient().get("/admin/login/").content.decode())
    assert frame.content_security_policy() in page


@pytest.mark.parametrize("path", ["auth/user/", "auth/user/add/", "auth/group/", "auth/user/{user}/change/"])
def test_only_superusers_see_staff(desk: Desk, path: str) -> None:
    user = back_office.staff("boss", "auth.view_user", "auth.change_user", "auth.add_user", "auth.view_group")
    path = path.format(user=user.id)
    desk.page(path)
    assert Desk(user).get(f"/admin/{path}").status_code == 403


def test_staff_are_switched_off_and_not_deleted(desk: Desk) -> None:
    user = back_office.staff("eve")
    assert desk.refuses(f"auth/user/{user.id}/delete/")
    form = {"username": "eve", "date_joined_0": "2026-01-01", "date_joined_1": "00:00", "is_staff": "on"}
    desk.submit(f"auth/user/{user.id}/change/", **form)
    assert not User.objects.get(username="eve").is_active


def test_a_member_of_staff_is_added(desk: Desk) -> None:
    secret = back_office.PASSWORD
    answer = desk.submit(
        "auth/user/add/", username="new", usable_password="true", password1=secret, password2=secret
    )
    assert answer.status_code == 302
    assert User.objects.get(username="new").check_password(secret)
