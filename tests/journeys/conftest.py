"""Journeys in a real browser: headless Chromium against the live server, with axe on each page.

Without a browser they are skipped, loudly. ``CHROMIUM_PATH`` names one that is not in its usual place.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright
from pytest_django.live_server_helper import LiveServer

from partners.models import StaffMember
from tests.conftest import signed_in
from tests.emptying import empty_tables, quick_emptying

__all__ = ["quick_emptying"]

# Playwright runs an event loop in the test's own thread; the tests themselves are plain and synchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = Path(settings.BASE_DIR) / "var" / "vendor" / "axe" / "axe.min.js"
WIDTHS = {360: 740, 768: 1024, 1280: 900, 1920: 1080}


def chromium_path() -> str | None:
    named = os.environ.get("CHROMIUM_PATH")
    return named or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def chromium(django_db_setup: None) -> Iterator[Browser]:
    path = chromium_path()
    if not path:
        pytest.skip("NO BROWSER: the journeys were not walked. Install Chromium or set CHROMIUM_PATH to one.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--disable-dev-shm-usage"])
        yield browser
        browser.close()
        # Django keeps one connection for where an event loop runs, as it does in here, and another for where none does.
        connections.close_all()


@pytest.fixture
def journey_database(transactional_db: None) -> Iterator[None]:
    """Let the live server's threads see what the test writes: rows are committed, and tables emptied afterwards.

    A run that was killed may have left rows behind, so the tables are emptied before as well.
    """
    empty_tables()
    yield
    connection.close()


@pytest.fixture
def open_page(chromium: Browser, live_server: LiveServer, journey_database: None) -> Iterator[Callable[..., Page]]:
    """Open a window on the live server: ``open_page(staff, width=360, scripts=False)``; staff None for a stranger.

    An error in a page's script fails the test, and so does anything the security policy had to stop.
    """
    contexts: list[BrowserContext] = []
    wrongs: list[str] = []

    def opened(staff: StaffMember | None = None, *, width: int = 1280, scripts: bool = True) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": WIDTHS.get(width, 900)},
            locale="en-GB",
            timezone_id="Europe/London",
        )
        contexts.append(context)
        if not scripts:
            context.route("**/*", without_scripts)
        if staff is not None:
            cookie = signed_in(staff).cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: wrongs.append(f"script: {error}"))
        page.on("console", lambda said: wrongs.append(said.text) if "Content Security Policy" in said.text else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrongs == []


def without_scripts(route: Route) -> None:
    """Hand on a page without its scripts: the browser's own switch would keep axe from running as well."""
    if route.request.resource_type != "document":
        route.continue_()
        return
    answer = route.fetch(max_redirects=0)
    route.fulfill(response=answer, body=re.sub(r"<script\b.*?</script>", "", answer.text(), flags=re.DOTALL))


def axe(page: Page) -> None:
    """Assert that axe finds nothing against WCAG 2.2 AA on the page as it stands."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]
    told = [f"{each['id']}: {each['help']} at {node['target']}" for each in found for node in each["nodes"]]
    assert told == []


def shot(page: Page, name: str, width: int | None = None) -> Path:
    """Keep a picture of the whole page in var/shots, to look at with one's own eyes."""
    if width:
        page.set_viewport_size({"width": width, "height": WIDTHS.get(width, 900)})
    folder = Path(settings.BASE_DIR) / "var" / "shots"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{width or (page.viewport_size or {}).get('width')}.png"
    page.screenshot(path=path, full_page=True)
    return path


def assert_no_sideways_scroll(page: Page) -> None:
    """Assert that the page fits its window (WCAG 1.4.10, reflow)."""
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert too_wide <= 0
