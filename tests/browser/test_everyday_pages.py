"""The everyday pages in a browser: filters, cards that are swapped, dates that are said back, forms that keep what was typed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from programs.actions import milestones
from programs.models import Blocker, Dependency, Milestone
from tests.web.plan import AT, Plan, plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from programs.models import Person, Program

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def atlas(program: Program, tess: Person, eli: Person, monday: Any, live_server: Any) -> Plan:
    """The plan of the doors, and a blocker nobody gave a date."""
    made = plan(program, tess=tess, eli=eli)
    Blocker.objects.update(expected_clear=None)
    return made


def test_typing_filters_picking_filters_and_the_address_follows(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], lena: Person
) -> None:
    signed_in(lena)
    page.goto("/p/atlas/milestones")
    page.get_by_label("Find a milestone").press_sequentially("laun", delay=20)
    expect(page.locator("#rows tr")).to_have_count(1)
    expect(page.locator("#filter-count")).to_have_text("1 of 3")
    expect(page.get_by_label("Find a milestone")).to_be_focused()
    expect(page).to_have_url(re.compile(r"\?q=laun$"))
    page.get_by_label("Find a milestone").fill("")
    expect(page.locator("#rows tr")).to_have_count(3)
    page.locator("#filter-also").select_option("blocked")
    expect(page.locator("#rows tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"\?blocked=1$"))
    page.get_by_role("button", name="Milestone", exact=True).click()
    expect(page).to_have_url(re.compile(r"\?blocked=1&sort=name$"))
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("Milestone")
    expect(page.locator("th[aria-sort=ascending] svg")).to_have_css("rotate", "180deg")  # up
    page.get_by_role("link", name="Remove the filter Blocked").click()
    expect(page.locator("#rows tr")).to_have_count(3)
    expect(page).to_have_url(re.compile(r"\?sort=name$"))
    page.go_back()
    expect(page.locator("#rows tr")).to_have_count(1)


def test_the_list_grows_by_two_hundred(atlas: Plan, page: Page, signed_in: Callable[[Person], None], lena: Person) -> None:
    Milestone.objects.bulk_create(Milestone(program=atlas.program, key=f"L-{n}", name=f"Step {n}") for n in range(250))
    signed_in(lena)
    page.goto("/p/atlas/milestones")
    expect(page.locator("#rows tr")).to_have_count(200)
    page.get_by_role("link", name="Show 53 more").click()
    expect(page.locator("#rows tr")).to_have_count(253)
    expect(page.locator("#more-rows")).to_be_hidden()


def test_a_card_is_answered_in_one_key_and_undone_in_another(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], eli: Person
) -> None:
    signed_in(eli)
    page.goto("/my")
    page.keyboard.press("c")
    expect(page.locator("#ask-atlas-B-1")).to_contain_text("B-1 is cleared.")
    assert not Blocker.objects.get().is_open
    page.keyboard.press("z")
    expect(page.locator("#ask-atlas-B-1").get_by_role("button", name="Cleared")).to_be_visible()
    expect(page.locator("#toasts")).to_contain_text("Undone: B-1 No test bench")
    assert Blocker.objects.get().is_open


def test_keys_act_on_the_card_one_stands_in(atlas: Plan, page: Page, signed_in: Callable[[Person], None], eli: Person) -> None:
    quiet = {"owner": eli, "status": "in_progress", "said": "on_track", "said_on": AT.date() - timedelta(days=9)}
    Milestone.objects.filter(pk=atlas.design.pk).update(**quiet, updated_on=None)
    signed_in(eli)
    page.goto("/my")
    page.wait_for_load_state()
    first, second = page.locator("#ask-atlas-B-1"), page.locator("#ask-atlas-SEC-1")
    expect(first).to_have_attribute("aria-current", "true")
    second.get_by_role("button", name="Still the same").focus()
    expect(page.locator(".ask[aria-current=true]")).to_have_count(1)
    expect(second).to_have_attribute("aria-current", "true")
    page.keyboard.press("h")
    expect(second).to_contain_text("You asked Tess for help on")
    expect(first).not_to_contain_text("You asked Tess for help on")
    page.keyboard.press("3")
    expect(second.get_by_label("Waiting for")).to_be_focused()
    expect(second).not_to_contain_text("to fix")
    page.keyboard.type("Legal")
    page.keyboard.press("Control+Enter")
    expect(second).to_contain_text("SEC-1 is blocked by")
    assert Blocker.objects.filter(milestone=atlas.design, title="Legal").exists()


def test_another_day_is_typed_in_words(atlas: Plan, page: Page, signed_in: Callable[[Person], None], eli: Person) -> None:
    signed_in(eli)
    page.goto("/my?item=B-1&answer=date")
    page.get_by_text("Another day…").click()
    page.get_by_label("Clears on", exact=True).fill("in 9 days")
    page.get_by_role("button", name="Save date").click()
    expect(page.locator("#ask-atlas-B-1")).to_contain_text("B-1 clears Wed 10 Mar.")


def test_the_blocked_fields_appear_with_the_word_and_keep_what_was_typed(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], tess: Person
) -> None:
    signed_in(tess)
    page.goto("/p/atlas/m/SEC-1")
    form = page.locator("#update")
    expect(form.get_by_label("Waiting for")).to_be_hidden()
    form.get_by_text("Blocked").click()
    expect(form.get_by_label("Waiting for")).to_be_visible()
    form.get_by_label("What changed").fill("The agency is on strike.")
    form.get_by_role("button", name="Save update").click()
    expect(page.locator("#update-problems")).to_be_focused()
    expect(page.locator("#update").get_by_label("What changed")).to_have_value("The agency is on strike.")
    page.locator("#update").get_by_label("Waiting for").fill("The agency")
    page.locator("#update").get_by_label("Expected clear").press_sequentially("fri", delay=20)
    expect(page.locator("#update .echo")).to_have_text("Fri 5 Mar (in 4 days)")
    page.locator("#update").get_by_role("button", name="Save update").click()
    expect(page.locator("#toasts")).to_contain_text("SEC-1 is blocked by")
    expect(page.locator("#blockers")).to_contain_text("The agency")


def test_a_dependency_is_found_while_typing_and_a_loop_is_printed_in_place(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], tess: Person
) -> None:
    signed_in(tess)
    page.goto("/p/atlas/m/SEC-1/link")
    page.get_by_label("Find the other milestone").press_sequentially("laun", delay=20)
    page.get_by_role("radio", name="Launch").check()
    page.get_by_label("Note").fill("kept")
    page.get_by_role("button", name="Add dependency").click()
    expect(page.locator("#form-problems")).to_contain_text("SEC-3 Launch → SEC-1 Design agreed")
    expect(page.locator("#form-problems")).to_be_focused()
    expect(page.get_by_label("Note")).to_have_value("kept")
    page.get_by_label("The other waits for it").check()
    page.get_by_role("button", name="Add dependency").click()
    expect(page).to_have_url(re.compile("/p/atlas/m/SEC-1$"))
    assert Dependency.objects.filter(predecessor=atlas.design, successor=atlas.launch, note="kept").exists()


def test_a_conflict_is_chosen_in_place(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], tess: Person, ada: Person
) -> None:
    signed_in(tess)
    page.goto("/p/atlas/m/SEC-1/edit")
    milestones.edit(milestone=atlas.design, version=atlas.design.version, changes={"name": "Theirs"}, by=ada, at=AT)
    page.get_by_label("Name").fill("Mine")
    page.get_by_role("button", name="Save milestone").click()
    expect(page.get_by_role("alert")).to_contain_text("Ada saved this")
    page.get_by_role("radio", name="Theirs").check()
    page.get_by_role("button", name="Save what is chosen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Theirs")


def test_a_cell_of_the_heat_map_filters_the_register(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], lena: Person
) -> None:
    signed_in(lena)
    page.goto("/p/atlas/risks")
    page.locator("#cell-1-1").click()
    expect(page.locator("#results")).to_contain_text("No risk matches")
    expect(page).to_have_url(re.compile(r"\?l=1&i=1$"))
    page.locator("#cell-4-4").click()
    expect(page.locator("#results")).to_contain_text("The lab moves house")
    expect(page.locator("#cell-4-4")).to_have_attribute("aria-current", "true")


def test_without_script_filters_and_forms_still_work(
    atlas: Plan, chromium: Any, live_server: Any, tess: Person, browser_context: Any, signed_in: Callable[[Person], None]
) -> None:
    signed_in(tess)
    plain = chromium.new_context(
        base_url=live_server.url, java_script_enabled=False, storage_state=browser_context.storage_state()
    )
    page = plain.new_page()
    page.goto("/p/atlas/milestones")
    page.get_by_label("Find a milestone").fill("launch")
    page.get_by_role("button", name="Filter", exact=True).click()
    expect(page.locator("#rows tr")).to_have_count(1)
    page.goto("/p/atlas/m/SEC-1")
    page.locator("#update").get_by_text("Blocked").click()
    expect(page.locator("#update").get_by_label("Waiting for")).to_be_visible()
    page.locator("#update").get_by_text("At risk").click()
    page.get_by_role("button", name="Save update").click()
    expect(page.locator("#toasts")).to_contain_text("SEC-1 is at risk")
    page.goto("/p/atlas/m/SEC-1/link")
    page.get_by_label("Find the other milestone").fill("launch")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("radio", name="Launch").check()
    page.get_by_label("The other waits for it").check()
    page.get_by_role("button", name="Add dependency").click()
    expect(page.locator("#dependencies")).to_contain_text("0 in, 2 out")
    plain.close()


def test_h_asks_for_help_and_the_answer_ends_it(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], eli: Person, tess: Person
) -> None:
    signed_in(eli)
    page.goto("/my")
    page.keyboard.press("h")
    card = page.locator(".ask").first
    expect(page.locator(".toast").last).to_contain_text("told Tess that you need help")
    expect(card).to_contain_text("You asked Tess for help on")
    page.keyboard.press("z")  # the toast is there: its undo
    expect(card).not_to_contain_text("You asked Tess for help on")
    expect(page.locator(".toast").last).to_contain_text("Undone")
    page.keyboard.press("h")
    expect(card).to_contain_text("You asked Tess for help on")
    card.get_by_role("button", name="No help needed").click()
    expect(card.get_by_role("button", name="I need help")).to_be_visible()
    page.keyboard.press("h")
    expect(card).to_contain_text("You asked Tess for help on")
    page.reload()
    expect(card).to_contain_text("You asked Tess for help on")
    signed_in(tess)
    page.goto("/p/atlas/milestones?focus=SEC-2")
    expect(page.locator("#panel")).to_contain_text("Eli needs help, since")
    page.locator("#panel").get_by_label("What will be done, and by whom").fill("Two people from the lab")
    page.locator("#panel").get_by_role("button", name="Answer").click()
    expect(page.locator("#panel")).not_to_contain_text("needs help, since")
    expect(page.locator("#panel")).to_contain_text("I need help")
    page.goto("/p/atlas/milestones")
    page.keyboard.press("j")
    page.keyboard.press("h")
    expect(page.locator(".toast").last).to_contain_text("help is asked for")
    page.goto("/p/atlas/m/SEC-1")
    expect(page.locator("main")).to_contain_text("Tess needs help, since")
