"""Editing the list by keyboard: F2, Enter, Tab, Esc, and a conflict where it happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from programs.models import Milestone
from tests.web.plan import Plan, plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from programs.models import Person, Program
    from tests.browser.conftest import Look

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/p/atlas/milestones?sort=key"


@pytest.fixture
def atlas(program: Program, tess: Person, eli: Person, monday: Any, live_server: Any) -> Plan:
    """The plan of the doors."""
    return plan(program, tess=tess, eli=eli)


def test_a_row_is_edited_without_leaving_the_list(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], tess: Person, look: Look
) -> None:
    signed_in(tess)
    page.set_viewport_size({"width": 1700, "height": 900})
    page.goto(LIST)
    page.keyboard.press("j")
    page.keyboard.press("F2")
    field = page.get_by_label("Name", exact=True)
    expect(field).to_be_focused()
    assert look.axe() == []
    field.fill("Design signed")
    page.keyboard.press("Enter")
    expect(page.locator("tr#SEC-1 a.lk")).to_have_text("Design signed")
    expect(page.locator("tr#SEC-1 a.lk")).to_be_focused()
    expect(page.get_by_text("SEC-1 saved")).to_be_visible()

    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#cell-form").get_by_label("Owner", exact=True)).to_be_focused()
    page.keyboard.press("E")
    page.keyboard.press("Tab")
    expect(page.locator("#cell-form").get_by_label("Target", exact=True)).to_be_focused()
    expect(page.locator("tr#SEC-1")).to_contain_text("Eli")
    page.keyboard.type("soonish")
    page.keyboard.press("Enter")
    expect(page.locator("#cell_target_date_error")).to_contain_text("Use YYYY-MM-DD")
    expect(page.locator("#cell-form").get_by_label("Target", exact=True)).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("12 apr")
    page.keyboard.press("Tab")
    expect(page.locator("#cell-form").get_by_label("Owner's own date")).to_be_focused()
    expect(page.locator("tr#SEC-1")).to_contain_text("Mon 12 Apr")
    page.keyboard.press("Tab")
    expect(page.locator("#cell-form").get_by_label("Duration", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".cell-box")).to_have_count(0)
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.cellIndex") == 6
    row = Milestone.objects.get(key="SEC-1")
    assert (row.name, str(row.owner), str(row.target_date)) == ("Design signed", "Eli", "2027-04-12")


def test_a_click_opens_a_cell_and_a_conflict_stays_there(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], tess: Person, look: Look
) -> None:
    signed_in(tess)
    page.goto(LIST)
    page.locator("tr#SEC-2 td.full").click(position={"x": 200, "y": 12})
    page.get_by_label("Name", exact=True).fill("Mine")
    Milestone.objects.filter(key="SEC-2").update(name="Theirs", version=atlas.build.version + 1)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your text is safe.")).to_be_visible()
    assert look.axe() == []
    page.get_by_role("button", name="Save what is chosen").click()
    expect(page.locator("tr#SEC-2 a.lk")).to_have_text("Mine")
    expect(page.locator(".cell-box")).to_have_count(0)
    page.locator("tr#SEC-2 a.lk").click()
    expect(page.get_by_role("complementary", name="Mine")).to_be_visible()
