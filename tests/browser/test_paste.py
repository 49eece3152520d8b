"""Pasting rows by keyboard alone, in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from programs.models import Milestone, Program

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from programs.models import Person
    from tests.web.plan import Plan

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = (
    "Task\tWorkstream\tOwner\tStart\tDays\tDue\tPredecessors\n"
    "Vault ready\tSecurity\tEli\t8 mar\t2w\t19/03/2027\tSEC-1\n"
    "Keys rotated\tSecurity\tNora\t\t3d\t\t1FS+2d\n"
    "Auditor signs\tAudit\tTess\tsoonish\t0\t\tKeys rotated"
)
PUT = """([selector, text]) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const target = document.querySelector(selector);
  target.focus();
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  if (target.dispatchEvent(event)) target.setRangeText(text);
}"""


@pytest.fixture
def atlas(transactional_db: None, program: Any, tess: Person, eli: Person) -> Plan:
    """Atlas on today's clock: the browser's server does not stop at the Monday of the cast."""
    from tests.web import plan as plans

    return plans.plan(program, tess=tess, eli=eli)


def test_rows_are_pasted_put_right_and_saved(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], tess: Person, look: Any
) -> None:
    signed_in(tess)
    page.goto("/p/atlas/milestones/paste")
    assert look.axe() == []
    page.evaluate(PUT, ["[data-paste-text]", ROWS])
    page.locator("#c3-start").wait_for()
    assert page.locator("#c3-start-e").inner_text().startswith("Not a date.")
    assert look.axe() == []
    page.locator("#c3-start").press("Control+A")
    page.keyboard.type("22 mar 2027")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "c3-start"
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.id") == "c2-start"
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Add 3 milestones").press("Enter")
    page.wait_for_url("**/milestones?**")
    page.get_by_text("3 milestones added, 3 links added").wait_for()
    assert Milestone.objects.filter(name="Auditor signs", workstream__name="Audit").exists()
    page.keyboard.press("z")
    page.get_by_role("heading", name="This import was undone").wait_for()
    assert Milestone.objects.count() == 3


def test_a_block_spreads_over_cells_and_makes_rows(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], tess: Person
) -> None:
    signed_in(tess)
    page.goto("/p/atlas/milestones/paste")
    page.get_by_role("button", name="Type them instead").click()
    page.locator("#c4-name").wait_for()
    page.evaluate(PUT, ["#c4-name", "One\tSecurity\nTwo\tSecurity\nThree\t"])
    assert page.locator("#c6-name").input_value() == "Three"
    assert page.locator("#c5-workstream").input_value() == "Security"
    page.locator("#c6-predecessors").fill("4, 5SS+1d")
    page.locator("#c6-predecessors").press("Control+Enter")
    page.get_by_role("button", name="Add 3 milestones").wait_for()
    page.get_by_text("2 links in words").click()
    page.get_by_text("Three waits for Two (Start to start, 1 working day after)").wait_for()


FILE = (
    "Leverans;team;Klart;days;blocked_by\n"
    "Vault ready;Security;12 Mar 2027;5;\n"
    "Keys rotated;Security;31/02/2027;3;1\n"
    "Auditor signs;Audit;2 Apr 2027;0;Keys rotated\n"
)


def test_a_file_becomes_a_program(atlas: Plan, page: Page, signed_in: Callable[[Person], None], tess: Person, look: Any) -> None:
    signed_in(tess)
    page.goto("/p/new")
    page.get_by_role("link", name="Import what you have").press("Enter")
    page.get_by_label("CSV file").set_input_files({"name": "vault.csv", "mimeType": "text/csv", "buffer": FILE.encode()})
    page.get_by_role("button", name="Read the rows").press("Enter")
    page.get_by_role("heading", name="What is in each column?").wait_for()
    assert look.axe() == []
    assert page.get_by_label("“team” is").input_value() == "workstream"
    page.get_by_label("“Leverans” is").select_option(label="Name")
    page.get_by_role("button", name="Check the rows").press("Enter")
    page.get_by_role("heading", name="3 rows read, nothing to fix").wait_for()
    page.get_by_text("Say what it is").click()
    page.get_by_label("“Klart” is").select_option(label="Target")
    page.get_by_role("button", name="Check again").press("Enter")
    page.get_by_role("heading", name="3 rows read, 1 needs a fix").wait_for()
    assert not page.locator("#c1-name").is_visible()  # nothing is wrong with it
    page.get_by_text("All 3").click()
    assert page.locator("#c1-name").is_visible()
    page.locator("#c1-owner").fill("Eli")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download the 2 rows with reasons (CSV)").press("Enter")
    assert saved.value.suggested_filename == "vault-to-fix.csv"
    assert Path(saved.value.path()).read_text().splitlines()[1].startswith("Keys rotated,Security,31/02/2027,3,Vault ready,")
    assert page.locator("#c1-owner").input_value() == "Eli"  # the page stays as it is
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    look.theme("dark")
    assert look.axe() == []
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("link", name="Go to it").press("Enter")
    assert page.evaluate("document.activeElement.id") == "c2-target"
    page.locator("#c2-target").fill("19 Mar 2027")
    page.locator("#c2-target").press("Control+Enter")
    page.get_by_label("Name", exact=True).fill("Vault")
    page.get_by_role("button", name="Create the program with 3 milestones").press("Enter")
    page.wait_for_url("**/p/vault/milestones?**")
    page.get_by_text("Vault is set up, 3 milestones added, 2 links added").wait_for()
    page.keyboard.press("z")
    page.get_by_role("heading", name="This import was undone").wait_for()
    assert not Program.objects.filter(slug="vault").exists()


LINKS = "id;title;due;blocked_by\nMIG-4;Four;;\nMIG-5;Five;;MIG-4, MIG-6\nREC-3;Three;;MIG-5\nMIG-6;Six;;REC-3, MIG-9\n"


def test_a_cell_is_put_right_by_its_button(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], tess: Person, look: Any
) -> None:
    signed_in(tess)
    page.goto("/p/new/rows")
    page.get_by_label("CSV file").set_input_files({"name": "x.csv", "mimeType": "text/csv", "buffer": LINKS.encode()})
    page.get_by_role("button", name="Read the rows").press("Enter")
    page.get_by_role("button", name="Check the rows").press("Enter")
    page.get_by_text("All 4").click()
    page.locator("#c1-target").fill("12 mar 2027")
    assert look.axe() == []
    page.get_by_role("button", name="Use MIG-5 Row 4").press("Enter")
    page.get_by_text("This would close a loop: Six → Five → Six").first.wait_for()
    assert page.locator("#c1-target").input_value() == "12 mar 2027"
    assert page.locator("#c4-predecessors").input_value() == "REC-3, MIG-5"
    for theme in ("dark", "light"):
        look.theme(theme)
        for width in (1440, 360):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
            assert look.axe() == []
    page.get_by_role("button", name="Remove REC-3 Row 4").press("Enter")
    page.locator("#c4-predecessors[value='MIG-5']").wait_for()
    page.get_by_role("button", name="Remove MIG-5 Row 4").press("Enter")
    page.get_by_role("heading", name="4 rows read, nothing to fix").wait_for()


def test_the_grid_fits_every_screen(
    atlas: Plan, page: Page, signed_in: Callable[[Person], None], tess: Person, look: Any
) -> None:
    signed_in(tess)
    page.goto("/p/atlas/milestones/paste")
    page.evaluate(PUT, ["[data-paste-text]", ROWS])
    page.locator("#c3-start").wait_for()
    for width in (1920, 1440, 1024, 768, 390, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
    look.theme("dark")
    assert look.axe() == []
