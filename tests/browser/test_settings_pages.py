"""Profile, settings and status updates in a browser: read by everybody, kept while typed, copied in one click."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from programs.models import Report, Team, Workstream
from tests.mail.world import furnished, subscribed

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from programs.models import Person, Program
    from tests.browser.conftest import Look

pytestmark = pytest.mark.django_db(transaction=True)
DRAFT = "/p/atlas/updates/draft"


@pytest.fixture
def known(program: Program, eli: Person, lena: Person, monday: Any, live_server: Any) -> Program:
    """Atlas with an answer to write about, and somebody who follows it."""
    furnished(program, owner=eli)
    program.country = "DE"
    program.save()
    Workstream.objects.create(program=program, key="API", name="Payments interfaces", position=1, lead=eli)
    team = Team.objects.create(name="Platform", lead=eli)
    team.members.set([eli, lena])
    subscribed(lena, program)
    return program


def keep(page: Page, name: str) -> None:
    """Pictures on a laptop and a phone, light and dark, when somebody wants to look: SHOTS=folder."""
    if not os.environ.get("SHOTS"):
        return
    for theme in ("light", "dark"):
        for width in (1440, 390):
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(os.environ["SHOTS"]) / f"{name}-{theme}-{width}.png", full_page=True)


PAGES = ["/p/atlas/edit", "/p/atlas/teams/new", "/profile", "/p/atlas/updates", DRAFT, f"{DRAFT}/preview", f"{DRAFT}/discard"]


@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    known: Program, look: Look, page: Page, signed_in: Callable[[Person], None], tess: Person, address: str
) -> None:
    signed_in(tess)
    page.goto("/p/atlas/updates")
    page.get_by_role("button", name="Draft one from the facts").click()
    expect(page.get_by_label("Headline")).to_be_visible()
    assert look.everywhere(address) == []
    page.goto(address)
    keep(page, re.sub(r"\W+", "-", address).strip("-"))


def test_an_update_is_typed_kept_sent_read_and_copied(
    known: Program, look: Look, page: Page, signed_in: Callable[[Person], None], tess: Person
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    signed_in(tess)
    page.goto("/p/atlas/updates")
    page.get_by_role("button", name="Draft one from the facts").click()
    box = page.get_by_label("Decisions needed")
    box.press_sequentially("Move the date?", delay=5)
    expect(page.locator("#saved")).to_contain_text("Draft saved")
    expect(box).to_be_focused()
    assert Report.objects.get().decisions == "Move the date?"
    box.press_sequentially(" By Friday.", delay=5)
    expect(page.locator("#saved")).to_contain_text("Draft saved")
    expect(page.locator("#report_version")).to_have_value("3")
    page.reload()
    expect(page.get_by_label("Decisions needed")).to_have_value("Move the date? By Friday.")
    page.get_by_role("button", name="Look at it and send").click()
    page.get_by_role("button", name="Send to 1 person").click()
    expect(page).to_have_url(re.compile(r"/updates/2027-03-01$"))
    keep(page, "updates-sent")
    page.get_by_role("link", name="Copy as Markdown").click()
    expect(page.get_by_text("Copied as Markdown")).to_be_visible()
    assert "- Move the date? By Friday." in page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("link", name="Copy formatted").click()
    expect(page.get_by_text("Copied with its format")).to_be_visible()
    for address in ("/p/atlas/updates/2027-03-01", "/p/atlas/updates/2027-03-01/copy"):
        assert look.everywhere(address) == []
    page.goto("/p/atlas/updates/2027-03-01/copy")
    keep(page, "updates-copy")
