"""The list of milestones with a keyboard: the row cursor, the side panel, answers on a row, selection, saved views."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from programs.models import Blocker, Milestone
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


def row(page: Page, key: str) -> Any:
    """One row of the list."""
    return page.locator(f"tr#{key}")


def test_the_cursor_moves_opens_the_panel_and_comes_back(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], lena: Person
) -> None:
    signed_in(lena)
    page.goto(LIST)
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(row(page, "SEC-2")).to_have_attribute("aria-current", "true")
    expect(page.locator("[aria-current=true][data-item]")).to_have_count(1)
    page.keyboard.press("k")
    expect(row(page, "SEC-1")).to_have_attribute("aria-current", "true")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="Build finished")
    expect(panel.get_by_role("heading", name="Build finished")).to_be_focused()
    expect(page).to_have_url(re.compile(r"\?sort=key&focus=SEC-2$"))
    expect(panel).to_contain_text("No test bench")
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(row(page, "SEC-2").get_by_role("link")).to_be_focused()
    expect(page).to_have_url(re.compile(r"\?sort=key$"))
    page.keyboard.press("Escape")
    expect(page.locator("tr[aria-current=true]")).to_have_count(0)


def test_back_closes_the_panel_and_forward_opens_it(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], lena: Person
) -> None:
    signed_in(lena)
    page.goto(LIST)
    row(page, "SEC-3").get_by_role("link").click()
    expect(page.locator("#panel-h")).to_have_text("Launch")
    page.go_back()
    expect(page.locator("#panel")).to_be_hidden()
    expect(row(page, "SEC-3").get_by_role("link")).to_be_focused()
    page.go_forward()
    expect(page.locator("#panel-h")).to_have_text("Launch")
    page.keyboard.press("j")  # the last row: nothing moves
    page.keyboard.press("k")
    expect(page.locator("#panel-h")).to_have_text("Build finished")
    expect(row(page, "SEC-2").get_by_role("link")).to_be_focused()
    expect(page).to_have_url(re.compile(r"focus=SEC-2$"))
    page.reload()
    expect(page.locator("#panel-h")).to_have_text("Build finished")
    page.get_by_role("link", name="Close the panel").click()
    expect(row(page, "SEC-2").get_by_role("link")).to_be_focused()
    expect(page).to_have_url(re.compile(r"\?sort=key$"))


def test_a_row_is_answered_by_key_where_it_stands(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], tess: Person
) -> None:
    signed_in(tess)
    page.goto(LIST)
    page.keyboard.press("j")
    page.keyboard.press("2")
    expect(row(page, "SEC-1").locator(".how")).to_have_text("At risk")
    expect(page.locator("#toasts")).to_contain_text("SEC-1 is at risk")
    expect(row(page, "SEC-1").get_by_role("link")).to_be_focused()
    assert Milestone.objects.get(key="SEC-1").said == "at_risk"
    page.keyboard.press("j")
    page.keyboard.press("4")
    expect(page.locator("#list-note")).to_contain_text("It is blocked by B-1. Clear that first.")
    expect(row(page, "SEC-2").locator(".how")).to_have_text("Blocked")
    page.keyboard.press("c")
    expect(page.locator("#toasts")).to_contain_text("B-1 is cleared")
    assert not Blocker.objects.get().is_open
    page.keyboard.press("z")
    expect(page.locator("#toasts")).to_contain_text("Undone")
    expect(row(page, "SEC-2").locator(".how")).to_have_text("Blocked")
    expect(row(page, "SEC-2")).to_have_attribute("aria-current", "true")
    assert Blocker.objects.get().is_open


def test_blocked_and_date_ask_in_the_panel(atlas: Plan, page: Page, signed_in: Callable[[Person], None], tess: Person) -> None:
    signed_in(tess)
    page.goto(LIST)
    page.keyboard.press("j")
    page.keyboard.press("3")
    expect(page.locator("#panel").get_by_label("Waiting for")).to_be_focused()
    page.keyboard.type("The agency")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("SEC-1 is blocked by")
    expect(page.locator("#panel")).to_contain_text("The agency")
    expect(row(page, "SEC-1").locator(".how")).to_have_text("Blocked")
    page.locator("#panel-h").focus()
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    expect(page.locator("#panel").get_by_label("Your date")).to_be_focused()
    page.keyboard.type("31/2")
    page.keyboard.press("Enter")
    expect(page.locator("#panel")).to_contain_text("Use YYYY-MM-DD")
    page.locator("#panel").get_by_label("Your date").fill("fri")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("SEC-1 is expected Fri 5 Mar")
    expect(page.locator("#panel")).to_contain_text("It is Fri 5 Mar now.")


def test_single_letters_stay_letters_in_fields_and_when_turned_off(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], tess: Person
) -> None:
    signed_in(tess)
    page.goto(LIST)
    page.keyboard.press("/")
    page.keyboard.type("jj")
    expect(page.get_by_label("Find a milestone")).to_have_value("jj")
    expect(page.locator("tr[aria-current=true]")).to_have_count(0)
    type(tess).objects.filter(pk=tess.pk).update(single_keys=False)
    page.goto(LIST)
    page.keyboard.press("j")
    page.keyboard.press("2")
    expect(page.locator("tr[aria-current=true]")).to_have_count(0)
    assert Milestone.objects.get(key="SEC-1").said == ""


def test_the_open_panel_is_for_everybody(
    atlas: Plan, look: Look, page: Page, signed_in: Callable[[Person], None], tess: Person
) -> None:
    signed_in(tess)
    assert look.everywhere("/p/atlas/milestones?focus=SEC-2") == []


def test_rows_are_selected_by_key_and_changed_together(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], tess: Person, eli: Person
) -> None:
    signed_in(tess)
    page.goto(LIST)
    bar = page.get_by_role("toolbar", name="Selected rows")
    expect(bar).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(bar).to_contain_text("1 selected")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect(bar).to_contain_text("3 selected")
    bar.get_by_text("Change owner").first.click()
    bar.get_by_label("Owner", exact=True).select_option(label="Eli")
    bar.get_by_role("button", name="Change owner").click()
    expect(page.locator("#toasts")).to_contain_text("2 milestones changed")  # one was his already
    assert Milestone.objects.filter(owner=eli).count() == 3
    expect(row(page, "SEC-3")).to_contain_text("Eli")
    expect(bar).to_be_hidden()
    expect(row(page, "SEC-3")).to_have_attribute("aria-current", "true")
    page.get_by_label("Select all rows shown").check()
    page.keyboard.press("4")
    expect(page.locator("#list-note")).to_contain_text("1 was left as it was.")
    expect(page.locator("#list-note")).to_contain_text("It is blocked by B-1. Clear that first.")
    assert Milestone.objects.filter(status="done").count() == 2
    page.keyboard.press("z")
    expect(row(page, "SEC-3").locator(".how")).to_have_text("Not started")
    assert Milestone.objects.filter(status="done").count() == 0
    page.keyboard.press("z")  # and once more: done again, so no longer among what is not done
    expect(page.locator("#rows tr")).to_have_count(1)
    assert Milestone.objects.filter(status="done").count() == 2


def test_everything_that_matches_can_be_selected(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], tess: Person
) -> None:
    Milestone.objects.bulk_create(Milestone(program=atlas.program, key=f"L-{n}", name=f"Step {n}") for n in range(250))
    signed_in(tess)
    page.goto("/p/atlas/milestones?q=step")
    page.get_by_label("Select all rows shown").check()
    bar = page.get_by_role("toolbar", name="Selected rows")
    expect(bar).to_contain_text("200 selected")
    bar.get_by_role("button", name="Select all 250 that match").click()
    expect(bar).to_contain_text("250 selected")
    bar.get_by_text("Labels").click()
    bar.get_by_label("Label").fill("wave 1")
    bar.get_by_role("button", name="Add label").click()
    expect(page.locator("#toasts")).to_contain_text("250 milestones changed")
    assert Milestone.objects.filter(labels=["wave 1"]).count() == 250


def test_more_rows_than_a_form_has_fields_are_changed(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], tess: Person
) -> None:
    Milestone.objects.bulk_create(Milestone(program=atlas.program, key=f"L-{n}", name=f"Step {n}") for n in range(1_150))
    signed_in(tess)
    page.goto("/p/atlas/milestones?q=step")
    for shown in (400, 600, 800, 1_000, 1_150):
        page.locator("#more-rows a").click()
        expect(page.locator("#rows tr")).to_have_count(shown)
    page.get_by_label("Select all rows shown").check()
    bar = page.get_by_role("toolbar", name="Selected rows")
    expect(bar).to_contain_text("1,150 selected")
    bar.get_by_text("Labels").click()
    bar.get_by_label("Label").fill("wave 1")
    bar.get_by_role("button", name="Add label").click()
    expect(bar).to_be_hidden(timeout=60_000)
    assert Milestone.objects.filter(labels=["wave 1"]).count() == 1_150


def test_a_view_is_saved_chosen_and_changed(
    atlas: Plan, look: Look, page: Page, signed_in: Callable[[Person], None], tess: Person
) -> None:
    signed_in(tess)
    page.goto("/p/atlas/milestones")
    page.locator("#filter-also").select_option("blocked")
    expect(page.locator("#rows tr")).to_have_count(1)
    page.locator("#views summary").click()
    page.get_by_label("Save this list as").fill("Stuck")
    page.get_by_label("Open the list with it").check()
    page.locator("#views").get_by_role("button", name="Save view").click()
    expect(page.locator("#views summary")).to_have_text("Stuck")
    page.goto("/p/atlas/milestones")
    expect(page).to_have_url(re.compile(r"\?view=\d+&blocked=1$"))
    expect(page.locator("#rows tr")).to_have_count(1)
    page.get_by_role("link", name="Remove the filter Blocked").click()
    expect(page.locator("#rows tr")).to_have_count(3)
    expect(page.locator("#views summary")).to_contain_text("changed")
    page.locator("#views summary").click()
    page.get_by_role("button", name="Keep these filters in “Stuck”").click()
    expect(page.locator("#views summary")).to_have_text("Stuck")
    assert look.everywhere("/p/atlas/views") == []


@pytest.mark.parametrize("width", [1440, 390])
def test_columns_are_chosen_by_keyboard_and_stay_chosen(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], tess: Person, look: Look, width: int
) -> None:
    signed_in(tess)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(LIST)
    menu = page.locator("#columns-menu")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(menu.get_by_label("Status")).to_be_focused()
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile(r"cols=workstream%2Cowner%2Ctarget"))
    expect(row(page, "SEC-2").locator("td.how")).to_have_count(0)
    expect(menu.get_by_label("Status")).to_be_focused()
    expect(menu.get_by_label("Status")).not_to_be_checked()
    menu.get_by_label("Work left").focus()
    page.keyboard.press("Space")
    expect(row(page, "SEC-2").locator('[data-l="Work left"]')).to_be_visible()
    assert look.axe() == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.reload()
    expect(row(page, "SEC-2").locator('[data-l="Work left"]')).to_be_visible()
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(menu.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    menu.get_by_text("Back to the usual columns").click()
    expect(row(page, "SEC-2").locator("td.how")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"milestones\?sort=key$"))


def test_a_row_keeps_its_columns_when_it_is_answered(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], tess: Person
) -> None:
    signed_in(tess)
    page.goto(LIST + "&cols=status,baseline")
    page.keyboard.press("j")
    page.keyboard.press("2")
    expect(page.get_by_text("SEC-1 is at risk")).to_be_visible()
    expect(row(page, "SEC-1").locator("td")).to_have_count(5)
    expect(row(page, "SEC-1")).to_contain_text("At risk")


def test_undo_puts_the_row_back_where_it_stands(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], tess: Person
) -> None:
    signed_in(tess)
    page.goto(LIST + "&cols=status,owner")
    page.evaluate("window.stayed = true")
    row(page, "SEC-1").get_by_role("link").focus()
    page.keyboard.press("2")
    expect(row(page, "SEC-1")).to_contain_text("At risk")
    expect(row(page, "SEC-1").get_by_role("link")).to_be_focused()
    page.locator("tr#SEC-3 input[type=checkbox]").check()
    row(page, "SEC-1").get_by_role("link").focus()
    page.keyboard.press("z")
    expect(row(page, "SEC-1")).not_to_contain_text("At risk")
    expect(page.locator("#toasts")).to_contain_text("Undone")
    expect(row(page, "SEC-1").get_by_role("link")).to_be_focused()
    expect(row(page, "SEC-1").locator("td")).to_have_count(5)
    expect(page.locator("tr#SEC-3 input[type=checkbox]")).to_be_checked()
    page.locator("#toasts").get_by_role("button", name="Redo").focus()
    page.keyboard.press("Enter")
    expect(row(page, "SEC-1")).to_contain_text("At risk")
    expect(row(page, "SEC-1").get_by_role("link")).to_be_focused()  # not lost with the toast it was in
    assert page.evaluate("window.stayed")


def test_an_undo_that_brings_a_row_back_reads_the_list_in_place(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], tess: Person
) -> None:
    signed_in(tess)
    page.goto(LIST)
    page.evaluate("window.stayed = true")
    page.locator("tr#SEC-3 input[type=checkbox]").check()
    bar = page.locator("#bulk")
    bar.locator("summary", has_text="Delete").click()
    bar.get_by_role("button", name="Delete what is selected").click()
    expect(row(page, "SEC-3")).to_have_count(0)
    row(page, "SEC-2").get_by_role("link").focus()
    page.keyboard.press("z")
    expect(row(page, "SEC-3")).to_be_visible()
    expect(row(page, "SEC-2").get_by_role("link")).to_be_focused()
    assert page.evaluate("window.stayed")
