"""The import pages in a browser: readable light, dark and on a phone, with nothing for axe to find; and the whole way by hand."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from programs.actions import imports
from programs.models import Milestone
from tests import cast
from tests.imports.bundles import bundle, links, milestones

PLAN = bundle(
    {"title": "Payments plan"},
    milestones=[*milestones("A", "B", "C", due_date="2026-04-01"), *milestones("D", due_date="31/02/2027", status="wip")],
    dependencies=links("A>B", "B>C", "C>A", "CRD-9>D"),
)


pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "payments-plan.json"
    path.write_bytes(PLAN)
    return path


def test_a_program_manager_brings_a_plan_in_and_takes_it_back(page, tess, signed_in, file):
    signed_in(tess)
    page.goto(reverse("import-new"))
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Read the file").click()
    page.get_by_role("heading", name="9 rows read, 3 need a fix").wait_for()
    assert "A → B → C → A" in page.locator("main").inner_text()
    page.get_by_role("link", name="Go to it in row 4 of milestones").click()
    expect(page.locator("tr:target")).to_contain_text("31/02/2027")
    page.get_by_role("link", name="Check 1").click()
    assert "counted as unknown" in page.locator("#findings").inner_text()
    page.get_by_role("button", name="Import 9 rows").click()
    page.get_by_role("heading", name="9 rows imported").wait_for()
    assert Milestone.objects.count() == 5
    assert page.locator(".loop a").count() == 4
    page.get_by_role("button", name="Undo this import").click()
    page.get_by_role("heading", name="This import was undone").wait_for()
    assert not Milestone.objects.exists()


def test_axe_finds_nothing_and_nothing_scrolls_sideways(page, look, tess, signed_in, live_server):
    signed_in(tess)
    run = imports.preview(name="payments-plan.json", data=PLAN, by=tess, at=cast.NINE)
    shown = reverse("import-run", args=(run.pk,))
    for name, address in (("new", reverse("import-new")), ("preview", shown), ("applied", shown)):
        if name == "applied":
            imports.confirm(run=run, by=tess, at=cast.NINE)
        assert look.everywhere(address) == [], name
