"""The command palette: what it finds, what it does to a milestone, dates in words, and the keys it prints."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from programs.models import Milestone
from tests.web.plan import Plan, plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from programs.models import Person, Program
    from tests.browser.conftest import Look

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def atlas(program: Program, tess: Person, eli: Person, monday: Any, live_server: Any) -> Plan:
    """The plan of the doors."""
    return plan(program, tess=tess, eli=eli)


def opened(page: Page) -> Locator:
    """Open the palette; its field has the focus."""
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Search or run a command")
    expect(field).to_be_focused()
    return field


def test_it_opens_with_what_the_page_knows_and_needs_no_answer(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], tess: Person
) -> None:
    signed_in(tess)
    page.goto("/p/atlas/m/SEC-1")
    page.goto("/p/atlas/m/SEC-3")
    page.route("**/search?*", lambda route: route.abort())
    opened(page)
    palette = page.locator("#palette")
    expect(palette.get_by_role("group", name="Recent")).to_contain_text("Design agreed")
    actions = palette.get_by_role("group", name="Actions on SEC-3")
    expect(actions.get_by_role("option", name="Set to on track")).to_contain_text("1")
    expect(palette.get_by_role("group", name="On this page")).to_contain_text("Edit")
    expect(palette.get_by_role("group", name="Go to")).to_contain_text("Portfolio")


def test_best_matches_then_actions_then_enter_opens(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], tess: Person
) -> None:
    signed_in(tess)
    page.goto("/p/atlas/m/SEC-1")
    field = opened(page)
    field.fill("lau")
    first = page.locator("#palette").get_by_role("option").first
    expect(first).to_contain_text("Launch")
    expect(first).to_have_attribute("aria-selected", "true")
    expect(first.locator("mark")).to_have_text("Lau")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/p/atlas/m/SEC-3$"))


def test_tab_opens_the_actions_of_what_is_highlighted(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], tess: Person
) -> None:
    signed_in(tess)
    page.goto("/p/atlas/")
    field = opened(page)
    field.fill("SEC-1")
    expect(page.locator("#palette [aria-selected=true]")).to_contain_text("Design agreed")
    page.keyboard.press("Tab")
    expect(page.locator("#palette [data-about]")).to_have_text("SEC-1")
    expect(field).to_be_focused()
    field.press_sequentially("risk")
    expect(page.locator("#palette [aria-selected=true]")).to_contain_text("Set to at risk")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("SEC-1 is at risk")
    expect(page).to_have_url(re.compile("/p/atlas/$"))
    assert Milestone.objects.get(key="SEC-1").said == "at_risk"
    field = opened(page)
    field.fill("SEC-2")
    expect(page.locator("#palette [aria-selected=true]")).to_contain_text("Build finished")
    page.keyboard.press("Tab")
    page.keyboard.press("Backspace")
    expect(page.locator("#palette [data-about]")).to_be_hidden()


def test_a_date_moves_the_forecast_of_the_row_under_the_cursor(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], tess: Person
) -> None:
    Milestone.objects.filter(pk=atlas.launch.pk).update(duration_days=None)
    signed_in(tess)
    page.goto("/p/atlas/milestones?sort=key")
    for _ in range(3):
        page.keyboard.press("j")
    field = opened(page)
    expect(page.locator("#palette").get_by_role("group", name="Actions on SEC-3")).to_be_visible()
    field.fill("2 apr")
    offer = page.locator("#palette").get_by_role("option", name="Move forecast to Fri 2 Apr (Launch Fri 2 Apr)")
    expect(offer).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("SEC-3 is expected Fri 2 Apr")
    expect(page).to_have_url(re.compile(r"milestones\?sort=key$"))
    assert str(Milestone.objects.get(key="SEC-3").expected_date) == "2027-04-02"


def test_more_than_sign_is_for_commands_only(atlas: Plan, page: Page, signed_in: Callable[[Person], None], lena: Person) -> None:
    signed_in(lena)
    page.goto("/p/atlas/m/SEC-2")
    field = opened(page)
    field.fill("> port")
    expect(page.locator("#palette").get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/portfolio"))
    page.goto("/p/atlas/m/SEC-2")
    opened(page).fill("> set to")
    expect(page.locator("#palette").get_by_role("option")).to_have_count(0)  # she reads


def test_the_open_palette_is_for_everybody(
    atlas: Plan, look: Look, page: Page, signed_in: Callable[[Person], None], tess: Person
) -> None:
    signed_in(tess)
    page.goto("/p/atlas/m/SEC-2")
    opened(page).fill("lau")
    expect(page.locator("#palette").get_by_role("option").first).to_contain_text("Launch")
    assert look.axe() == []
