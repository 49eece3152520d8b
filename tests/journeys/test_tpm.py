"""A program manager sets up a program from nothing, and reads what decides its date."""

import re

import pytest
from playwright.sync_api import expect

from programs.models import Dependency, Program

pytestmark = pytest.mark.chaos


def add_milestone(page, slug, name, days):
    page.goto(f"/p/{slug}/milestones/new")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Workstream").select_option(label="Payments")
    page.get_by_label("Duration").fill(str(days))
    page.get_by_role("button", name="Add milestone").click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    return page.url


def waits_for(page, address, other):
    page.goto(f"{address}/link")
    page.get_by_label("Find the other milestone").fill(other)
    page.get_by_role("button", name="Search").click()
    page.get_by_role("radio", name=re.compile(other)).check()
    page.get_by_role("button", name="Add dependency").click()
    expect(page.get_by_role("link", name=other).first).to_be_visible()


def test_from_nothing_to_a_critical_path(visit, tess):
    page = visit(tess)
    page.goto("/p/new")
    page.get_by_label("Name").fill("Billing relaunch")
    page.get_by_label("What finishes it").fill("Billing live")
    page.get_by_label("Target date").fill("in 30 days")
    page.get_by_label("Workstreams").fill("Payments\nSupport")
    page.get_by_role("button", name=re.compile("Create|Make|Start")).click()
    page.wait_for_url(re.compile(r"/p/billing-relaunch/"))
    program = Program.objects.get(slug="billing-relaunch")
    assert [lane.name for lane in program.workstreams.order_by("position", "pk")] == ["Payments", "Support"]

    api = add_milestone(page, program.slug, "Invoice API", 8)
    app = add_milestone(page, program.slug, "Checkout uses it", 5)
    live = f"/p/{program.slug}/m/{program.finish_milestone.key}"
    waits_for(page, app, "Invoice API")
    waits_for(page, live, "Checkout uses it")
    assert Dependency.objects.count() == 2

    page.goto(f"/p/{program.slug}/")
    path = page.get_by_role("region", name="Critical path")
    expect(path).to_contain_text("Invoice API", timeout=20_000)
    expect(path).to_contain_text("Checkout uses it")

    page.goto(f"{api}/link")  # the other way round would close a loop: refused, and the loop is printed
    page.get_by_label("Find the other milestone").fill("Billing live")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("radio", name=re.compile("Billing live")).check()
    page.get_by_role("button", name="Add dependency").click()
    expect(page.get_by_role("alert").or_(page.locator("[data-focus]")).first).to_contain_text("loop")
    assert Dependency.objects.count() == 2
