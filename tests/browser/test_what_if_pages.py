"""What if, in a browser: from a milestone by its key to a draft, another change, the plan, and back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from programs.models import PlanDraft
from tests.web.plan import Plan, plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from programs.models import Person, Program
    from tests.browser.conftest import Look

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def atlas(program: Program, tess: Person, eli: Person, monday: Any, live_server: Any) -> Plan:
    return plan(program, tess=tess, eli=eli)


def test_from_a_milestone_to_a_draft_to_the_plan_and_back(
    atlas: Plan, page: Page, look: Look, signed_in: Callable[[Person], None], tess: Person
) -> None:
    signed_in(tess)
    page.goto("/p/atlas/m/SEC-1")
    page.keyboard.press("w")
    page.wait_for_url("**/what-if/new?milestone=SEC-1")
    expect(page.get_by_label("Milestone")).to_have_value("SEC-1")
    page.get_by_role("link", name="Change work").click()  # another kind in place, the milestone stays
    page.get_by_label("Days of work").fill("-3")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Days of work").fill("9")
    page.get_by_role("button", name="Try it").click()
    page.wait_for_url(re.compile(r"/what-if/\d+$"))
    expect(page.get_by_text("Launch moves from Mon 22 Mar to Fri 26 Mar: 4 working days later.")).to_be_visible()
    expect(page.get_by_text("80% sure by")).to_be_visible(timeout=120_000)  # a process simulates for the first time
    page.get_by_role("link", name="Clear a blocker").click()
    expect(page.get_by_role("link", name="Clear a blocker")).to_have_attribute("aria-current", "true")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="Changes 2")).to_be_visible()
    draft = PlanDraft.objects.get()
    home = f"/p/atlas/what-if/{draft.pk}"
    for address in (home, f"{home}/apply", "/p/atlas/what-if", f"/p/atlas/what-if/compare?d={draft.pk}"):
        assert look.everywhere(address) == [], address
    page.goto(home)
    page.get_by_role("link", name="Apply to the plan…").click()
    page.get_by_label("Why").fill("The lab is slower")
    page.get_by_role("button", name="Apply to the plan").click()
    page.wait_for_url("**/p/atlas/")
    atlas.design.refresh_from_db()
    assert atlas.design.duration_days == 9
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_text("Mon 22 Mar").first).to_be_visible()
    atlas.design.refresh_from_db()
    assert atlas.design.duration_days == 5
