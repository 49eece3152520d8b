"""An undo on a page that is loaded again for it: whoever presses Z stays where they were, and loses nothing that is typed."""

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

pytestmark = pytest.mark.django_db(transaction=True)
SCROLLED = "selector => { const box = document.querySelector(selector); return [box.scrollLeft, box.scrollTop, window.scrollY]; }"


@pytest.fixture
def atlas(program: Program, tess: Person, eli: Person, monday: Any, live_server: Any) -> Plan:
    return plan(program, tess=tess, eli=eli)


@pytest.fixture
def renamed(atlas: Plan, page: Page, tess: Person, signed_in: Callable[[Person], None]) -> Page:
    """Tess has renamed the launch and gone on to another page, in a small window."""
    page.set_viewport_size({"width": 800, "height": 400})
    signed_in(tess)
    page.goto("/p/atlas/m/SEC-3/edit")
    page.get_by_label("Name").fill("Lift-off")
    page.get_by_role("button", name="Save milestone").click()
    expect(page.locator("h1")).to_have_text("Lift-off")
    return page


@pytest.mark.parametrize(
    ("address", "box", "stand"),
    [
        ("/p/atlas/map", "#cv", '#cv .nd[data-n="SEC-3"]'),
        ("/p/atlas/map?focus=SEC-3", "#cv", '#cv .nd[data-n="SEC-2"]'),
        ("/p/atlas/timeline", "#tl", '#tl tr[data-key="SEC-2"] .lk'),
    ],
)
def test_a_picture_keeps_its_scroll_and_the_focus(renamed: Page, address: str, box: str, stand: str) -> None:
    page = renamed
    page.goto(address)
    page.wait_for_load_state()
    page.locator(stand).focus()
    page.evaluate("selector => document.querySelector(selector).scrollTo(37, 23)", box)
    page.evaluate("window.scrollTo(0, 55)")
    before = page.evaluate(SCROLLED, box)
    with page.expect_navigation():
        page.keyboard.press("z")
    expect(page.locator(".toast").last).to_contain_text("Undone: SEC-3 Lift-off")
    expect(page.locator(stand)).to_be_focused()
    assert page.evaluate(SCROLLED, box) == before
    expect(page.locator(box)).to_contain_text("Launch")
    page.reload()  # by oneself: the page begins where it always does
    expect(page.locator(stand)).not_to_be_focused()


def test_a_form_keeps_what_is_typed(renamed: Page) -> None:
    page = renamed
    page.goto("/p/atlas/m/SEC-1/edit")
    page.wait_for_load_state()
    page.get_by_label("Name").fill("Design agreed with the lab")
    page.get_by_role("button", name="Save milestone").focus()
    page.keyboard.press("z")
    expect(page.locator(".toast").last).to_contain_text("Undone: SEC-3 Lift-off")
    expect(page.get_by_label("Name")).to_have_value("Design agreed with the lab")
    page.get_by_role("button", name="Save milestone").click()
    expect(page.locator("h1")).to_have_text("Design agreed with the lab")
    assert Milestone.objects.get(key="SEC-3").name == "Launch"


def test_a_form_of_what_was_changed_stays_and_shows_what_is_so_again(renamed: Page) -> None:
    page = renamed
    page.goto("/p/atlas/m/SEC-3/edit")
    page.wait_for_load_state()
    page.get_by_role("button", name="Save milestone").focus()
    page.evaluate("window.scrollTo(0, 300)")
    with page.expect_navigation():
        page.keyboard.press("z")
    expect(page.get_by_label("Name")).to_have_value("Launch")
    expect(page.get_by_role("button", name="Save milestone")).to_be_focused()
    assert page.evaluate("window.scrollY") == 300
