"""A real browser on a real server: Chromium, our application in threads, a database of each test's own."""

import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright
from pytest_django import Settings

from assets import storage
from tests import back_office, databases, world
from tests.world import World

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        """The application writes its own log."""


@dataclass
class Site:
    """The gateway as a browser meets it, with one client in it and one superuser."""

    url: str
    world: World


@pytest.fixture
def site(
    committed_db: databases.Database,
    studios: None,
    pictures: storage.PictureStorage,
    settings: Settings,
) -> Iterator[Site]:
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(WSGIHandler())
    settings.PUBLIC_URL = f"http://127.0.0.1:{server.server_port}"
    back_office.staff(password=back_office.PASSWORD)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield Site(settings.PUBLIC_URL, world.make_world())
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.fixture
def chromium(site: Site) -> Iterator[Browser]:
    """Started once the rows are written: beside its event loop Django refuses to ask the database."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.fail("These tests need Chromium: apt-get install chromium, or set CHROMIUM to its path.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@dataclass
class Window:
    """A window of the browser, and what it complained about."""

    page: Page
    site: Site
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.site.url}/", "data:")):
            self.complaints.append(f"asked {request.url}")

    def go(self, path: str) -> None:
        answer = self.page.goto(f"{self.site.url}/admin/{path}")
        assert answer is not None
        assert answer.status == 200

    def log_in(self) -> None:
        self.go("login/")
        self.page.get_by_label("Username").fill("ada")
        self.page.get_by_label("Password").fill(back_office.PASSWORD)
        self.page.get_by_role("button", name="Log in").click()
        self.page.wait_for_url(f"{self.site.url}/admin/")

    def act(self, name: str) -> None:
        """Press a button at the head of a page; on a phone they wait behind three dots."""
        button = self.page.get_by_role("link", name=name)
        dots = self.page.get_by_text("more_horiz")
        expect(button.or_(dots).locator("visible=true").first).to_be_visible()
        if not button.is_visible():
            dots.click()
        button.click()

    @property
    def sideways(self) -> int:
        """Pixels by which the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.fixture(params=[1400, 390], ids=["laptop", "phone"])
def window(request: pytest.FixtureRequest, site: Site, chromium: Browser) -> Iterator[Window]:
    context = chromium.new_context(viewport={"width": request.param, "height": 900})
    context.set_default_timeout(15_000)
    window = Window(context.new_page(), site)
    window.log_in()
    yield window
    context.close()
    assert window.complaints == []
