"""A real browser for tests, found by tests/provision/browser.py; `page` and `live_server` come together as `site`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

from tests import cast
from tests.provision import browser as provision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

    from programs.models import Person


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the session."""
    from playwright.sync_api import sync_playwright

    found = provision.find()
    if found is None:
        pytest.skip("no browser here: set CHROMIUM, or let `make test` bring one")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(found), args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield launched
        launched.close()


# What a browser writes for an answer that refuses something on purpose: the form again, a conflict, not allowed, not there.
REFUSALS = re.compile(r"(Failed to load resource: the server responded with a status of|Response Status Error Code) 4\d\d")

# What htmx writes when a page is left while it still asks; what really fails says more than its end: sendError, timeout.
LEFT = re.compile(r"htmx:(afterRequest|sendAbort),")


class Watch:
    """What browsers complain of: script errors, everything the content policy refused, every console error.

    `watch.expect("status of 500")` before a test breaks something on purpose.
    """

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.expected: list[str] = []

    def expect(self, *words: str) -> None:
        """These complaints are what the test is about."""
        self.expected += words

    def over(self, context: BrowserContext) -> None:
        """Listen to every page of a person."""
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("console", self._line)

    def _line(self, line: ConsoleMessage) -> None:
        refused = "Content Security Policy" in line.text
        harmless = REFUSALS.match(line.text) or LEFT.match(line.text)
        if refused or (line.type == "error" and not harmless):
            self.complaints.append(f"{line.type}: {line.text} ({line.location.get('url', '')})")

    @property
    def unexpected(self) -> list[str]:
        """What nobody expected."""
        return [one for one in self.complaints if not any(words in one for words in self.expected)]


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Fails the test at its end for anything a browser complained of."""
    watching = Watch()
    yield watching
    assert not watching.unexpected, watching.unexpected


@pytest.fixture
def another(chromium: Browser, live_server: Any, watch: Watch) -> Iterator[Callable[..., BrowserContext]]:
    """`another()` is a fresh profile on a laptop's screen, as often as it is called; every error on its pages fails the test."""
    opened: list[BrowserContext] = []

    def open_one() -> BrowserContext:
        context = chromium.new_context(
            base_url=live_server.url, viewport={"width": 1280, "height": 800}, locale="en-GB", timezone_id="UTC"
        )
        context.set_default_timeout(10_000)
        watch.over(context)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture
def browser_context(another: Callable[[], BrowserContext]) -> BrowserContext:
    """The first person's profile."""
    return another()


@pytest.fixture
def page(browser_context: BrowserContext) -> Page:
    """The first person's page."""
    return browser_context.new_page()


def let_in(context: BrowserContext, person: Person, address: str) -> None:
    """From here on the pages of this profile are theirs, without walking through the form."""
    from django.test import Client

    session = Client()
    session.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": session.cookies[name].value, "url": address}])


@pytest.fixture
def signed_in(browser_context: BrowserContext, live_server: Any) -> Callable[[Person], None]:
    """`signed_in(tess)`: from here on the page is hers."""
    return lambda person: let_in(browser_context, person, live_server.url)


@pytest.fixture
def page_of(another: Callable[[], BrowserContext], live_server: Any) -> Callable[[Person], Page]:
    """`page_of(eli)` is a page of somebody else, in a browser of their own."""

    def open_for(person: Person) -> Page:
        context = another()
        let_in(context, person, live_server.url)
        return context.new_page()

    return open_for


@pytest.fixture
def walk_in(page: Page) -> Callable[[Person], None]:
    """Sign in as a person does, by the form."""

    def by_form(person: Person) -> None:
        page.goto("/accounts/login/")
        page.get_by_label("Email").fill(str(person.email))
        page.get_by_label("Password", exact=True).fill(cast.PASSWORD)
        page.get_by_role("button", name="Sign in").click()

    return by_form
