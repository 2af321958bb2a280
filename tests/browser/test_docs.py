"""The docs page in a real browser: it works under our own policy and asks nobody but us."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Site


def test_the_docs_page_shows_the_operations(site: Site, chromium: Browser) -> None:
    page = chromium.new_page()
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site.url}/v1/docs")
    operation = page.locator("#operations-workflows-background_swap_with_image")
    expect(operation).to_contain_text("Dispatch a background-swap (with image) workflow")
    operation.locator(".opblock-summary-control").click()
    expect(operation.locator(".opblock-body")).to_contain_text("Idempotency-Key")
    assert complaints == []
    assert [url for url in asked if not url.startswith((f"{site.url}/", "data:", "blob:"))] == []


def test_a_request_can_be_tried_from_the_docs_page(site: Site, chromium: Browser) -> None:
    page = chromium.new_page()
    page.goto(f"{site.url}/v1/docs")
    page.locator(".scheme-container .authorize").click()
    page.locator(".modal-ux input").fill(site.world.owner.key)
    page.locator(".modal-ux .authorize[type=submit]").click()
    page.locator(".modal-ux .btn-done").click()
    operation = page.locator("#operations-account-get_me")
    operation.locator(".opblock-summary-control").click()
    operation.locator(".try-out__btn").click()
    operation.locator(".execute").click()
    answer = operation.locator(".live-responses-table")
    expect(answer).to_contain_text(site.world.owner.client.id)


@pytest.mark.parametrize("width", [1400, 390])
def test_the_docs_page_can_be_read_at_any_width(site: Site, chromium: Browser, width: int) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 900})
    page.goto(f"{site.url}/v1/docs")
    expect(page.get_by_role("heading", name="Start")).to_be_visible()
    for operation_id in ("workflows-background_swap_with_image", "jobs-get_job"):
        operation = page.locator(f"#operations-{operation_id}")
        operation.locator(".opblock-summary-control").click()
        expect(operation.locator(".responses-table")).to_contain_text("Retry-After")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
