"""A real browser for tests, found by tests/provision/browser.py; `page` and `live_server` come together as `site`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

from tests import cast
from tests.provision import browser as provision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

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


@pytest.fixture
def browser_context(chromium: Browser, live_server: Any) -> Iterator[BrowserContext]:
    """A fresh profile on a laptop's screen; every error on a page fails the test."""
    context = chromium.new_context(
        base_url=live_server.url, viewport={"width": 1280, "height": 800}, locale="en-GB", timezone_id="UTC"
    )
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(browser_context: BrowserContext) -> Iterator[Page]:
    """One page. Script errors and refused scripts or styles (CSP) fail the test at its end."""
    opened = browser_context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None)
    yield opened
    assert not errors, errors


@pytest.fixture
def signed_in(browser_context: BrowserContext, live_server: Any) -> Callable[[Person], None]:
    """`signed_in(tess)`: from here on the page is hers, without walking through the form."""

    def sign_in(person: Person) -> None:
        from django.test import Client

        session = Client()
        session.force_login(person)
        name = settings.SESSION_COOKIE_NAME
        browser_context.add_cookies([{"name": name, "value": session.cookies[name].value, "url": live_server.url}])

    return sign_in


@pytest.fixture
def walk_in(page: Page) -> Callable[[Person], None]:
    """Sign in as a person does, by the form."""

    def by_form(person: Person) -> None:
        page.goto("/accounts/login/")
        page.get_by_label("Email").fill(str(person.email))
        page.get_by_label("Password", exact=True).fill(cast.PASSWORD)
        page.get_by_role("button", name="Sign in").click()

    return by_form
