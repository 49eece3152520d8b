"""Subscriptions, outbox, stopping and status, as a browser shows them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from programs.actions import hooks
from programs.mail.issue import issue_due
from programs.models import OutboxMessage
from programs.queries.unsubscribe import token_for
from tests import cast
from tests.mail.world import Clock, furnished, subscribed

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from programs.models import Person, Program
    from tests.browser.conftest import Look

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def message(
    program: Program, lena: Person, page: Page, signed_in: Callable[[Person], None], settings: Any, live_server: Any
) -> OutboxMessage:
    """Lena's summary, kept in the outbox, and Lena looking."""
    settings.BASE_URL = live_server.url
    furnished(program)
    subscribed(lena, program)
    subscribed(lena, None)
    issue_due(clock=Clock(cast.NINE))
    signed_in(lena)
    return OutboxMessage.objects.get(program=program)


def keep(page: Page, name: str) -> None:
    """A picture, when somebody wants to look: SHOTS=folder."""
    if os.environ.get("SHOTS"):
        page.screenshot(path=Path(os.environ["SHOTS"]) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("address", ["/my/subscriptions", "/my/subscriptions/new", "/p/atlas/subscriptions", "/outbox"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(message: OutboxMessage, look: Look, page: Page, address: str) -> None:
    assert look.everywhere(address) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address)
    keep(page, address.strip("/").replace("/", "-"))


def test_a_message_is_read_in_a_frame_that_can_do_nothing(message: OutboxMessage, look: Look, page: Page) -> None:
    address = f"/outbox/{message.pk}"
    page.goto(address)
    letter = page.frame_locator("iframe.letter")
    expect(letter.get_by_role("heading", level=1)).to_have_text("Cutover is forecast for Mon 21 Jun")
    keep(page, "outbox-message")
    assert look.everywhere(address) == []
    page.goto(address)
    with page.context.expect_page() as opened:
        page.frame_locator("iframe.letter").get_by_role("link", name="Change how often").click()
    assert opened.value.url.endswith("/my/subscriptions")


def test_stopping_from_the_mail_takes_one_button(message: OutboxMessage, look: Look, page: Page) -> None:
    address = f"/unsubscribe/{token_for(message.subscription_id or 0)}"
    assert look.everywhere(address) == []
    page.context.clear_cookies()
    page.goto(address)
    keep(page, "unsubscribe")
    page.get_by_role("button", name="Stop it").click()
    expect(page.get_by_role("heading", name="Stopped")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Stopped")).to_be_visible()


def test_the_status_page(ada: Person, look: Look, page: Page, signed_in: Callable[[Person], None]) -> None:
    signed_in(ada)
    assert look.everywhere("/status") == []
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/status")
    keep(page, "status")


def test_a_leader_subscribes_without_a_mouse_and_sees_when_it_comes(
    program: Program, lena: Person, page: Page, signed_in: Callable[[Person], None]
) -> None:
    signed_in(lena)
    page.goto("/p/atlas/subscriptions/new")
    page.get_by_label("Time", exact=True).fill("08:30")
    page.get_by_label("Time zone").fill("Mars/Base")
    page.get_by_role("button", name="Subscribe").press("Enter")
    expect(page.get_by_text("“Mars/Base” is not a time zone").first).to_be_visible()
    page.get_by_label("Time zone").fill("Europe/Berlin")
    page.get_by_role("button", name="Subscribe").press("Enter")
    expect(page.get_by_text("Every Monday at 08:30, Europe/Berlin")).to_be_visible()


@pytest.mark.parametrize("address", ["/p/atlas/chat", "/my/notices"])
def test_a_chat_that_is_gone_says_so_to_everybody(
    program: Program, tess: Person, page: Page, look: Look, signed_in: Callable[[Person], None], address: str
) -> None:
    facts = {"address": "https://8.8.8.8/services/abcdefgh3kQz", "label": "8.8.8.8 …3kQz", "kinds": ["slip"], "by": tess}
    hooks.save(program=None, person=tess, at=cast.NINE, **facts)
    gone = hooks.save(program=program, person=None, at=cast.NINE, **facts)
    hooks.gone(gone, error="404 no_service", at=cast.NINE)
    signed_in(tess)
    assert look.everywhere(address) == []
    for theme in ("light", "dark"):
        for width in (1440, 390):
            look.theme(theme)
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(address)
            keep(page, f"{address.strip('/').replace('/', '-')}-{theme}-{width}")
