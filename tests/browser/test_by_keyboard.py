"""The four journeys without a mouse, counted in keys: a re-planned slip, a blocker, an answer to a mail, an overview read.

The counts are what each takes today; a longer way fails. Focus is where the hand goes on, and it is always seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from programs.models import Blocker, Milestone
from tests.web.plan import Plan, plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from programs.models import Person, Program

pytestmark = pytest.mark.django_db(transaction=True)
SEEN = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  return one !== document.body && (style.outlineStyle !== "none" || style.boxShadow !== "none");
}"""


@pytest.fixture
def atlas(program: Program, tess: Person, eli: Person, monday: Any, live_server: Any) -> Plan:
    return plan(program, tess=tess, eli=eli)


class Hand:
    """Presses keys and counts them. Words that are typed count as their letters."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def write(self, words: str) -> None:
        self.page.keyboard.type(words)
        self.keys += len(words)


def test_a_slip_is_planned_again(atlas: Plan, page_of: Callable[[Person], Page], tess: Person) -> None:
    """The palette finds it, a date says what it means, the list shows it, a cell is changed in place, Z takes that back."""
    page = page_of(tess)
    page.goto("/p/atlas/")
    page.wait_for_load_state()
    hand, first = Hand(page), page.locator("#palette").get_by_role("option").first
    hand.press("Control+k")
    hand.write("SEC-1")
    expect(page.locator("#palette [aria-selected=true]")).to_contain_text("Design agreed")
    hand.press("Tab")
    hand.write("12 mar")
    expect(first).to_contain_text("It takes until then")
    hand.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("SEC-1 saved")
    assert Milestone.objects.get(key="SEC-1").duration_days != atlas.design.duration_days
    page.wait_for_load_state()
    hand.press("Control+k")
    hand.write("> miles")
    expect(first).to_contain_text("Milestones")
    hand.press("Enter")
    page.wait_for_url("**/milestones**")
    page.wait_for_load_state()
    hand.press("j", "F2")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    row = page.locator("tr[aria-current=true]")
    key = str(row.get_attribute("id"))
    name = Milestone.objects.get(key=key).name
    hand.press("End")
    hand.write("!")
    hand.press("Enter")
    expect(page.locator("#toasts")).to_contain_text(f"{key} saved")
    assert Milestone.objects.get(key=key).name == f"{name}!"
    assert page.evaluate(SEEN)
    hand.press("z")
    expect(page.locator("#toasts")).to_contain_text("Undone")
    expect(row).to_contain_text(name)
    assert page.evaluate("document.activeElement.closest('tr')?.id") == key
    assert Milestone.objects.get(key=key).name == name
    assert hand.keys <= 29


def test_a_blocker_is_said_from_anywhere(atlas: Plan, page_of: Callable[[Person], Page], tess: Person) -> None:
    """The palette finds the milestone, 3 opens the form with the cursor where the reason goes, Tab leads on to who and when."""
    page = page_of(tess)
    page.goto("/portfolio")
    page.wait_for_load_state()
    hand = Hand(page)
    hand.press("Control+k")
    hand.write("SEC-1")
    expect(page.locator("#palette [aria-selected=true]")).to_contain_text("Design agreed")
    hand.press("Tab", "3")
    expect(page.locator("#palette [aria-selected=true]")).to_contain_text("Say what blocks it")
    hand.press("Enter")
    expect(page.get_by_label("What is blocked")).to_be_focused()
    assert page.evaluate(SEEN)
    assert hand.keys == 9
    hand.write("Sandbox keys have expired")
    hand.press("Tab")
    hand.write("Card network")
    hand.press("Tab")
    hand.write("Eli")
    hand.press("Tab")
    hand.write("fri")
    hand.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("SEC-1 is blocked by")
    made = Blocker.objects.get(title="Sandbox keys have expired")
    assert (made.waiting_on, made.owner.name if made.owner else "", str(made.expected_clear)) == (
        "Card network",
        "Eli",
        "2027-03-05",
    )


def test_a_mail_is_answered_in_two_keys(atlas: Plan, page_of: Callable[[Person], Page], eli: Person) -> None:
    """The link of a mail opens the answer ready: Enter saves it, Z takes it back, and the card stands there again."""
    page = page_of(eli)
    page.goto("/my?item=B-1&answer=cleared")
    expect(page.get_by_role("button", name="Cleared")).to_be_focused()
    assert page.evaluate(SEEN)
    hand = Hand(page)
    page.wait_for_load_state()
    hand.press("Enter")
    card = page.locator("#ask-atlas-B-1")
    expect(card).to_contain_text("B-1 is cleared")
    assert not Blocker.objects.get().is_open
    assert hand.keys == 1
    assert page.evaluate("document.activeElement.closest('#ask-atlas-B-1') !== null")
    hand.press("z")
    expect(card.get_by_role("button", name="Cleared")).to_be_visible()
    assert page.evaluate("document.activeElement.closest('#ask-atlas-B-1') !== null")
    assert Blocker.objects.get().is_open
    hand.press("s")
    expect(card).to_contain_text("still the same")
    assert hand.keys == 3


def test_the_overview_is_read_from_the_top(atlas: Plan, page_of: Callable[[Person], Page], lena: Person) -> None:
    """The keyboard goes from the portfolio into the program, and through all of it in reading order: seen, and never caught."""
    page = page_of(lena)
    page.goto("/portfolio")
    page.wait_for_load_state()
    hand = Hand(page)
    hand.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    hand.press("Enter", "Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    while not page.evaluate("document.activeElement.matches('main a[href=\"/p/atlas/\"]')"):
        hand.press("Tab")
    assert hand.keys <= 6
    hand.press("Enter")
    page.wait_for_url("**/p/atlas/")
    page.wait_for_load_state()
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
    hand.press("Tab", "Enter")
    stops: list[str] = []
    while True:
        hand.press("Tab")
        if not page.evaluate("document.activeElement.closest('main') !== null"):
            break
        assert page.evaluate(SEEN), page.evaluate("document.activeElement.outerHTML")
        stops.append(page.evaluate("document.activeElement.outerHTML"))
        assert len(stops) < 80, stops[-3:]
    assert len(stops) > 3
