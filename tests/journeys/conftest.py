"""The whole product, running: web, worker and beat as processes, a real Redis and mail server, and a browser before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from tests import cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from programs.models import Person
    from tests.stack import Stack


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Let fixtures know whether the test failed, so that they can show what the browser and the processes said."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    setattr(item, f"rep_{report.when}", report)


@pytest.fixture
def running(live_stack: Stack) -> Stack:
    """Web, worker and a beat that ticks every second."""
    live_stack.worker()
    live_stack.beat(every=1.0)
    live_stack.web()
    return live_stack


@pytest.fixture
def visit(request: pytest.FixtureRequest, running: Stack, chromium: Browser) -> Iterator[Callable[[Person], Page]]:
    """`visit(tess)`: she signs in by the form, in a browser of her own; script errors and refused styles fail the test."""
    errors: list[str] = []
    contexts = []

    def open_for(person: Person) -> Page:
        person.password = PBKDF2PasswordHasher().encode(cast.PASSWORD, "salt")  # tests hash cheaply, the running product does not
        person.save(update_fields=["password"])
        context = chromium.new_context(base_url=running.address, viewport={"width": 1440, "height": 900}, locale="en-GB")
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None)
        page.on("response", lambda answer: errors.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None)
        page.goto("/")
        page.get_by_label("Email").fill(str(person.email))
        page.get_by_label("Password", exact=True).fill(cast.PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/accounts/" not in url)
        return page

    yield open_for
    seen = [page.locator("body").inner_text()[:2000] for context in contexts for page in context.pages]
    for context in contexts:
        context.close()
    if request.node.rep_call.failed:
        print("\n--- pages", *seen, running.words(), sep="\n")
    assert not errors, errors
