"""A real browser on the product, signed in, for what is measured in wall time: keep the machine quiet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.test import Client
from django.test.testcases import LiveServerThread, _StaticFilesHandler
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from programs.models import Person
from tests.provision import browser as provision

PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"


@dataclass(frozen=True)
class Window:
    """The browser, its signed-in side, and where the product is."""

    browser: Browser
    context: BrowserContext
    base: str

    def of(self, person: Person) -> BrowserContext:
        """The same browser, with another person signed in."""
        return _signed_in(self.browser, person, self.base)


@contextmanager
def window(person: Person) -> Iterator[Window]:
    """A laptop's window of this person."""
    server = LiveServerThread("localhost", _StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(provision.find()), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        base = f"http://localhost:{server.port}"
        yield Window(browser, _signed_in(browser, person, base), base)
        browser.close()
    server.terminate()


def _signed_in(browser: Browser, person: Person, base: str) -> BrowserContext:
    client = Client()
    client.force_login(person)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": base}])
    return context
