"""Copies and templates on every screen, and a program begun from a template by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from programs.actions import blueprints
from programs.models import Milestone
from tests.web.plan import AT, Plan, plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from programs.models import Person, Program
    from tests.browser.conftest import Look

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ("/templates", "/templates/product-launch/begin", "/p/atlas/copy", "/p/atlas/workstreams/SEC/copy", "/p/atlas/template")


@pytest.fixture
def atlas(program: Program, tess: Person, eli: Person, monday: Any, live_server: Any) -> Plan:
    """The plan of the doors, kept as a template."""
    made = plan(program, tess=tess, eli=eli)
    blueprints.save_template(program=program, name="Vault plan", description="For every vault.", shared=True, by=tess, at=AT)
    return made


def test_the_pages_fit_every_screen_and_everybody(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], tess: Person, look: Look
) -> None:
    signed_in(tess)
    for address in PAGES:
        assert look.everywhere(address) == []


def test_a_program_begins_from_a_template(atlas: Plan, page: Page, signed_in: Callable[[Person], None], tess: Person) -> None:
    signed_in(tess)
    page.goto("/p/new")
    page.get_by_role("link", name="Or begin from a template").press("Enter")
    page.get_by_role("link", name="Compliance audit").press("Enter")
    page.get_by_label("Name", exact=True).fill("SOC 2")
    page.get_by_label("First day").fill("mon")
    page.keyboard.press("Enter")
    page.get_by_text("SOC 2 is set up").wait_for()
    assert Milestone.objects.filter(program__name="SOC 2").count() == 15
