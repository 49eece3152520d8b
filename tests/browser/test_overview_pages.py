"""Overview, milestone and risks in a browser: a nudge in place, fields that come with their answer, cells that filter."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db.models import F
from playwright.sync_api import expect

from programs.actions import analysis
from programs.models import Milestone, OutboxMessage, Program
from tests import cast
from tests.web.plan import AT, Plan, plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

    from programs.models import Person
    from tests.browser.conftest import Look

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def atlas(program: Program, tess: Person, eli: Person, monday: Any, live_server: Any) -> Plan:
    """The plan of the doors, in which Eli has said nothing of the build for ten days."""
    made = plan(program, tess=tess, eli=eli)
    long_ago = cast.MONDAY - timedelta(days=10)
    Milestone.objects.filter(pk=made.build.pk).update(
        status="in_progress", said="on_track", said_on=long_ago, updated_on=long_ago
    )
    Program.objects.filter(pk=program.pk).update(revision=F("revision") + 1)
    analysis.recompute(program_id=program.pk, at=AT)
    return made


def test_a_nudge_is_told_and_marked_in_place(
    atlas: Plan, page: Page, look: Look, signed_in: Callable[[Person], None], tess: Person
) -> None:
    signed_in(tess)
    page.goto("/p/atlas/")
    page.get_by_role("button", name="Nudge Eli about Build finished").click()
    expect(page.get_by_text("Eli is asked by mail")).to_be_visible()
    expect(page.locator("#needs-update")).to_contain_text("asked")
    expect(page.get_by_role("button", name="Nudge", exact=False)).to_have_count(0)
    expect(page.locator("#su")).to_be_focused()
    assert OutboxMessage.objects.filter(kind="nudge").count() == 1
    assert look.everywhere("/p/atlas/") == []


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_the_three_fields_of_blocked_come_with_it(
    atlas: Plan, chromium: Browser, live_server: Any, tess: Person, client: Any, script: bool
) -> None:
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=script, locale="en-GB")
    client.force_login(tess)
    name = settings.SESSION_COOKIE_NAME
    cookie: Any = [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    context.add_cookies(cookie)
    page = context.new_page()
    page.goto(f"/p/atlas/m/{atlas.design.key}")
    expect(page.get_by_label("Waiting for")).to_be_hidden()
    page.locator("label", has_text="Blocked").click()
    for label in ("Waiting for", "Who can clear it", "Expected clear"):
        expect(page.get_by_label(label)).to_be_visible()
    page.get_by_label("Waiting for").fill("the lab's key")
    page.get_by_label("Expected clear").fill("fri")
    page.get_by_role("button", name="Save update").click()
    expect(page.locator("#blockers")).to_contain_text("the lab's key")
    page.locator("#update label", has_text="On track").click()
    expect(page.get_by_label("Waiting for")).to_be_hidden()
    context.close()


def test_a_cell_of_the_heat_map_filters_the_register(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], tess: Person
) -> None:
    signed_in(tess)
    page.goto("/p/atlas/risks")
    page.get_by_role("link", name="Likelihood 4, impact 4: 1 risk").click()
    expect(page).to_have_url(re.compile(r"[?&]l=4&i=4"))
    expect(page.locator("#results")).to_contain_text("The lab moves house")
    page.get_by_role("link", name="Likelihood 1, impact 1: 0 risks").click()
    expect(page.locator("#results")).not_to_contain_text("The lab moves house")


def test_on_a_phone_what_is_second_rank_is_folded(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], tess: Person, look: Look
) -> None:
    signed_in(tess)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/p/atlas/")
    silent = page.locator("#needs-update")
    expect(page.get_by_role("heading", name="Blockers")).to_be_visible()
    expect(page.get_by_text("No test bench").first).to_be_visible()
    expect(silent.locator("summary")).to_contain_text("1")
    expect(silent.get_by_role("link", name="Build finished")).to_be_hidden()
    assert look.axe() == []
    silent.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(silent.get_by_role("link", name="Build finished")).to_be_visible()
    assert look.axe() == []
    page.emulate_media(media="print")
    expect(page.locator("section[aria-labelledby=rc] li").first).to_be_visible()
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.reload()
    expect(silent.locator("summary")).to_be_hidden()
    expect(silent.get_by_role("link", name="Build finished")).to_be_visible()
