"""What staff do in the back office, done in a browser on a laptop's and on a phone's width."""

import re

import pytest
from playwright.sync_api import expect

from assets.models import Upload
from tests import back_office, world
from tests.browser.conftest import Site, Window
from workflows import terms
from workflows.models import Job

LISTS = (
    "",
    "clients/client/",
    "clients/apikey/",
    "billing/creditaccount/",
    "billing/ledgerentry/",
    "workflows/job/",
    "workflows/requestlog/",
    "workflows/workflowsetting/",
    "assets/background/",
    "assets/outputpreset/",
    "assets/upload/",
    "auth/user/",
    "auth/user/add/",
    "auth/user/1/change/",
    "auth/group/",
    "password_change/",
)


@pytest.fixture
def failed(site: Site) -> Job:
    job = world.dispatch(site.world)
    world.fail(job)
    return job


@pytest.fixture
def succeeded(site: Site) -> Job:
    job = world.dispatch(site.world)
    world.succeed(job)
    return job


def search(window: Window, room: str, text: str) -> None:
    window.go(room)
    window.page.get_by_placeholder("ULID").fill(text)
    window.page.keyboard.press("Enter")
    window.page.wait_for_url(re.compile(r"\?q="))


def test_a_request_is_followed_to_its_refund(failed: Job, window: Window) -> None:
    search(window, "workflows/requestlog/", failed.request_id)
    window.page.get_by_role("link", name=failed.request_id).click()
    expect(window.page).to_have_url(re.compile(f"requestlog/{failed.request_id}/change/"))
    window.page.get_by_role("link", name=failed.id).click()
    expect(
        window.page.get_by_text("No result: the job failed and its credits were refunded.")
    ).to_be_visible()
    expect(window.page.get_by_text("+5", exact=True)).to_be_visible()
    expect(window.page.locator(".bo-timeline li")).to_have_count(2)
    assert window.sideways <= 0


def test_pictures_of_a_job_are_loaded(succeeded: Job, window: Window) -> None:
    window.go(f"workflows/job/{succeeded.id}/change/")
    widths = window.page.locator(".bo-pictures img").evaluate_all(
        "all => Promise.all(all.map(one => one.decode().then(() => one.naturalWidth)))"
    )
    assert widths == [32, 32, 32]


def test_credits_are_granted(site: Site, window: Window) -> None:
    window.go("billing/creditaccount/?livemode__exact=1")
    window.page.locator("#result_list").get_by_role("link", name=site.world.owner.client.name).click()
    window.act("Grant credits")
    window.page.get_by_label("Credits").fill("250")
    window.page.get_by_label("Source").fill("INV-7")
    window.page.get_by_label("Description").fill("Paid by transfer.")
    window.page.get_by_role("button", name="Grant").click()
    expect(window.page.get_by_text("Granted 250 credits. The balance is 350.")).to_be_visible()
    expect(window.page.get_by_text("INV-7 · Paid by transfer.")).to_be_visible()
    assert window.sideways <= 0


def test_a_key_is_issued_and_revoked(site: Site, window: Window) -> None:
    window.go(f"clients/apikey/add/?client={site.world.owner.client.id}")
    window.page.get_by_label("Label").fill("till")
    window.page.get_by_role("button", name="Issue key").click()
    secret = window.page.get_by_label("Test key").input_value()
    assert world.Api(secret).key == secret
    assert secret.startswith("sk_test_")
    window.page.get_by_role("link", name="I have stored it").click()
    window.page.wait_for_url(re.compile("/change/"))
    assert secret not in window.page.content()
    window.act("Revoke")
    window.page.get_by_role("button", name="Revoke for good").click()
    expect(window.page.get_by_text("is revoked.")).to_be_visible()


@pytest.fixture
def hostile(site: Site) -> list[str]:
    """Every page there is, with names in it that nobody would choose."""
    terms.create_missing()
    job = Job.objects.get(id=back_office.made_hostile(site.world))
    client, key = site.world.owner.client, job.api_key_id
    return [
        *LISTS,
        "clients/client/add/",
        f"clients/client/{client.id}/change/",
        f"clients/client/{client.id}/suspend/",
        "clients/apikey/add/",
        f"clients/apikey/{key}/change/",
        f"clients/apikey/{key}/revoke/",
        f"billing/creditaccount/{job.account_id}/change/",
        f"billing/creditaccount/{job.account_id}/grant/",
        f"workflows/job/{job.id}/change/",
        f"workflows/requestlog/{job.request_id}/change/",
        f"workflows/workflowsetting/{job.workflow}/change/",
        f"assets/background/{site.world.background.id}/change/",
        f"assets/outputpreset/{site.world.preset.name}/change/",
        f"assets/upload/{Upload.objects.get().id}/change/",
    ]


def test_no_page_complains_leaves_the_house_or_scrolls_sideways(hostile: list[str], window: Window) -> None:
    wide = []
    for path in hostile:
        window.go(path)
        if window.sideways > 0:
            wide.append(path)
    assert wide == []
