"""Fragile points, who gives to whom, and the link for people without an account, in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from programs.actions import fragility
from programs.models import Milestone, ShareLink, Team
from tests.web.plan import AT, Plan, plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from programs.models import Person, Program
    from tests.browser.conftest import Look

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def atlas(program: Program, tess: Person, eli: Person, monday: Any, live_server: Any) -> Plan:
    """The plan of the doors between two teams, with its fragile points worked out."""
    made = plan(program, tess=tess, eli=eli)
    Milestone.objects.filter(pk=made.build.pk).update(team=Team.objects.create(name="Delivery of everything promised"))
    fragility.find_behind(at=AT)
    return made


def test_what_a_program_hangs_on_and_who_gives_to_whom(
    atlas: Plan, page: Page, look: Look, signed_in: Callable[[Person], None], tess: Person
) -> None:
    signed_in(tess)
    page.goto("/p/atlas/fragile")
    page.get_by_text("What Design agreed would strand").click()
    expect(page.get_by_role("link", name="Build finished").first).to_be_visible()
    page.goto("/p/atlas/matrix")
    page.get_by_role("link", name="Delivery of everything promised → No team").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Delivery of everything promised gives to No team")
    for address in ("/p/atlas/fragile", "/p/atlas/matrix", "/p/atlas/matrix/links", "/portfolio/matrix"):
        assert look.everywhere(address) == []


def test_a_link_is_made_and_seen_without_an_account(
    atlas: Plan, page: Page, look: Look, signed_in: Callable[[Person], None], tess: Person
) -> None:
    signed_in(tess)
    page.goto("/p/atlas/share?show=critical")
    page.get_by_label("For whom").fill("Auditors")
    page.get_by_role("button", name="Make the link").click()
    address = page.get_by_label("Address of the link for Auditors").input_value()
    assert look.everywhere("/p/atlas/share") == []
    assert ShareLink.objects.get().query == "show=critical"
    page.context.clear_cookies()
    shared = "/shared/" + address.rsplit("/", 1)[1]
    page.goto(shared)
    expect(page.get_by_role("row").nth(1)).to_be_visible()
    assert page.evaluate("document.querySelector('img').naturalWidth") > 0
    assert look.everywhere(shared) == []
