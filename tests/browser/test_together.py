"""Two people on one plan, in two browsers: each sees what the other does, and nothing that is typed is ever lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from programs.actions import analysis, milestones
from programs.models import Blocker, Milestone, Program
from tests import cast
from tests.web.plan import AT, Plan, plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from programs.models import Person
    from tests.browsing import Watch

pytestmark = pytest.mark.django_db(transaction=True)
NOTICED = 5_000  # milliseconds in which an open page shows what somebody else did


@pytest.fixture
def atlas(program: Program, tess: Person, eli: Person, monday: Any, live_server: Any) -> Plan:
    return plan(program, tess=tess, eli=eli)


def rename(key: str, name: str, by: Person) -> None:
    """Somebody else saves, in their own browser or by the API."""
    row = Milestone.objects.get(key=key)
    milestones.edit(milestone=row, version=row.version, changes={"name": name}, by=by, at=AT)


def settled(page: Page) -> None:
    """The page knows the state it was written in: from here on only news is told."""
    with page.expect_response(lambda answer: "/live" in answer.url and answer.status == 304, timeout=15_000):
        pass


# Noticing


def test_a_change_by_another_person_is_there_within_five_seconds(
    atlas: Plan, page_of: Callable[[Person], Page], tess: Person, lena: Person
) -> None:
    reader, writer = page_of(lena), page_of(tess)
    reader.goto("/p/atlas/milestones")
    settled(reader)
    writer.goto("/p/atlas/m/SEC-3/edit")
    writer.get_by_label("Name").fill("Lift-off")
    writer.get_by_role("button", name="Save milestone").click()
    writer.wait_for_url("**/p/atlas/m/SEC-3")
    expect(reader.locator("#SEC-3")).to_contain_text("Lift-off", timeout=NOTICED)
    expect(reader.locator("#live-said")).to_have_text("This page was brought up to date.")


def test_every_page_people_leave_open_notices(atlas: Plan, page_of: Callable[[Person], Page], tess: Person) -> None:
    first = page_of(tess)
    pages = [first, *(first.context.new_page() for _more in range(5))]
    for page, address in zip(
        pages, ("/my", "/portfolio", "/p/atlas/", "/p/atlas/m/SEC-2", "/p/atlas/risks", "/changes"), strict=True
    ):
        page.goto(address)
    settled(pages[-1])
    Program.objects.update(name="Borealis")
    milestones.still_the_same(milestone=atlas.design, by=tess, at=AT)
    for page in pages:
        expect(page.locator("#app .side")).to_contain_text("Borealis", timeout=NOTICED)


def test_nothing_changed_means_304_and_a_hidden_page_does_not_ask(
    atlas: Plan, page_of: Callable[[Person], Page], lena: Person
) -> None:
    reader = page_of(lena)
    asked: list[int] = []
    reader.on("response", lambda answer: asked.append(answer.status) if "/live" in answer.url else None)
    reader.goto("/p/atlas/")
    settled(reader)
    settled(reader)
    assert asked[-2:] == [304, 304]
    reader.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    count = len(asked)
    reader.wait_for_timeout(9_000)
    assert len(asked) <= count + 1  # one may have been on its way
    reader.evaluate(
        "Object.defineProperty(document, 'hidden', { value: false }); document.dispatchEvent(new Event('visibilitychange'))"
    )
    settled(reader)


def test_focus_cursor_and_folds_stay_where_they_were(
    atlas: Plan, page_of: Callable[[Person], Page], tess: Person, lena: Person
) -> None:
    reader = page_of(lena)
    reader.goto("/p/atlas/milestones")
    settled(reader)
    reader.keyboard.press("j")
    reader.keyboard.press("j")
    focused = reader.evaluate("document.activeElement.closest('[data-item]').id")
    others = [key for key in ("SEC-1", "SEC-2", "SEC-3") if key != focused]
    rename(others[0], "Somewhere else", tess)
    expect(reader.locator(f"#{others[0]}")).to_contain_text("Somewhere else", timeout=NOTICED)
    assert reader.evaluate("document.activeElement.closest('[data-item]').id") == focused
    expect(reader.locator(f"#{focused}")).to_have_attribute("aria-current", "true")
    rename(focused, "This very one", tess)
    expect(reader.locator(f"#{focused}")).to_contain_text("This very one", timeout=NOTICED)
    assert reader.evaluate("document.activeElement.closest('[data-item]').id") == focused


def test_typed_text_is_left_alone_and_the_save_still_asks(
    atlas: Plan, page_of: Callable[[Person], Page], tess: Person, ada: Person
) -> None:
    writer = page_of(tess)
    writer.goto("/p/atlas/m/SEC-1")
    settled(writer)
    writer.locator("#update").get_by_label("What changed").fill("Half a sentence")
    rename("SEC-1", "Design signed", ada)
    expect(writer.locator("h1")).to_have_text("Design signed", timeout=NOTICED)
    expect(writer.locator("#update").get_by_label("What changed")).to_have_value("Half a sentence")
    expect(writer.get_by_text("Somebody changed this while you type.")).to_be_visible()


# Conflicts


def test_typed_text_in_the_panel_is_left_alone(atlas: Plan, page_of: Callable[[Person], Page], tess: Person, ada: Person) -> None:
    page = page_of(tess)
    page.goto("/p/atlas/milestones?focus=SEC-1")
    settled(page)
    page.locator("#panel").get_by_label("What changed").fill("Half a sentence")
    rename("SEC-3", "Lift-off", ada)
    expect(page.locator("#SEC-3")).to_contain_text("Lift-off", timeout=NOTICED)
    settled(page)  # long enough for the panel to have been read again
    expect(page.locator("#panel").get_by_label("What changed")).to_have_value("Half a sentence")
    expect(page.locator("#panel").get_by_label("What changed")).to_be_focused()


def test_two_people_save_the_same_field_and_choose(
    atlas: Plan, page_of: Callable[[Person], Page], tess: Person, ada: Person
) -> None:
    mine, theirs = page_of(tess), page_of(ada)
    for page in (mine, theirs):
        page.goto("/p/atlas/m/SEC-3/edit")
    theirs.get_by_label("Name").fill("Lift-off")
    theirs.get_by_label("Name").press("Tab")
    theirs.locator("form details summary").first.click()
    theirs.get_by_label("Priority").fill("P1")
    theirs.get_by_role("button", name="Save milestone").click()
    theirs.wait_for_url("**/p/atlas/m/SEC-3")
    mine.get_by_label("Name").fill("Blast-off")
    mine.get_by_label("Description").fill("Only mine")
    mine.get_by_role("button", name="Save milestone").click()
    expect(mine.get_by_role("alert")).to_contain_text("Ada saved this")
    expect(mine.get_by_role("alert")).to_be_focused()
    choice = mine.locator("form.cf")
    expect(choice).to_contain_text("P1, changed only by them")
    expect(choice).to_contain_text("Only mine, changed only by you")
    expect(choice.get_by_label("Blast-off")).to_be_checked()
    assert Milestone.objects.get(key="SEC-3").name == "Lift-off"
    choice.get_by_role("button", name="Save what is chosen").click()
    mine.wait_for_url("**/p/atlas/m/SEC-3")
    row = Milestone.objects.get(key="SEC-3")
    assert (row.name, row.priority, row.description) == ("Blast-off", "P1", "Only mine")


def test_a_conflict_about_a_date_says_what_each_choice_does_to_the_finish(
    atlas: Plan, page_of: Callable[[Person], Page], tess: Person, ada: Person
) -> None:
    Blocker.objects.all().delete()
    milestones.edit(
        milestone=atlas.build,
        version=Milestone.objects.get(key="SEC-2").version,
        changes={"status": "in_progress"},
        by=ada,
        at=AT,
    )
    analysis.recompute(program_id=atlas.program.pk, at=AT, force=True)
    mine = page_of(tess)
    mine.goto("/p/atlas/m/SEC-2/edit")
    row = Milestone.objects.get(key="SEC-2")
    milestones.edit(milestone=row, version=row.version, changes={"duration_days": 15}, by=ada, at=AT)
    mine.get_by_label("Duration").fill("20")
    mine.get_by_role("button", name="Save milestone").click()
    sides = mine.locator("form.cf tr", has_text="Duration").locator(".pick .sub")
    expect(sides).to_have_count(2)
    assert all(re.match(r"finish \w+ \d+ \w+", text) for text in sides.all_text_contents())
    assert len(set(sides.all_text_contents())) == 2


# What was typed


def test_signed_out_while_typing(atlas: Plan, page_of: Callable[[Person], Page], tess: Person) -> None:
    page = page_of(tess)
    page.goto("/p/atlas/m/SEC-3/edit")
    page.get_by_label("Name").fill("Lift-off")
    page.get_by_label("Description").fill("A long text")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_role("button", name="Save milestone").click()
    page.wait_for_url("**/accounts/login/**")
    page.get_by_label("Email").fill(str(tess.email))
    page.get_by_label("Password", exact=True).fill(cast.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/p/atlas/m/SEC-3/edit")
    expect(page.get_by_label("Name")).to_have_value("Lift-off")
    expect(page.get_by_label("Description")).to_have_value("A long text")
    expect(page.get_by_text("We kept what you typed.")).to_be_visible()
    page.get_by_role("button", name="Save milestone").click()
    page.wait_for_url("**/p/atlas/m/SEC-3")
    assert Milestone.objects.get(key="SEC-3").name == "Lift-off"


def test_offline_says_so_in_place_and_sends_it_again(
    atlas: Plan, page_of: Callable[[Person], Page], tess: Person, watch: Watch
) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED", "htmx:sendError")
    page = page_of(tess)
    page.goto("/p/atlas/m/SEC-3/edit")
    page.get_by_label("Name").fill("Lift-off")
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible()
    page.get_by_role("button", name="Save milestone").click()
    expect(page.get_by_text("This was not sent.")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("Lift-off")
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    page.wait_for_url("**/p/atlas/m/SEC-3")
    assert Milestone.objects.get(key="SEC-3").name == "Lift-off"


def test_an_answer_given_offline_stays_on_its_page_until_it_can_be_sent(
    atlas: Plan, page_of: Callable[[Person], Page], tess: Person, watch: Watch
) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED", "htmx:sendError")
    page = page_of(tess)
    page.goto("/p/atlas/m/SEC-1")
    page.locator("#update").get_by_text("On track").click()
    page.get_by_label("What changed").fill("Half of it is built.")
    page.context.set_offline(True)
    page.get_by_role("button", name="Save update").click()
    expect(page.get_by_text("This was not sent.")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#toasts")).to_be_visible()
    assert Milestone.objects.get(key="SEC-1").updates.get().note == "Half of it is built."
    page.goto("/p/atlas/milestones?sort=key")
    page.keyboard.press("j")
    page.context.set_offline(True)
    page.keyboard.press("2")
    note = page.locator("#row-bar .note")
    expect(note).to_contain_text("This was not sent.")
    bar, line = page.locator("#row-bar").bounding_box(), page.locator("#offline").bounding_box()
    assert bar
    assert line
    assert bar["y"] + bar["height"] <= line["y"]
    page.context.set_offline(False)
    note.get_by_role("button", name="Try again").click()
    expect(page.locator("#toasts")).to_contain_text("SEC-1 is at risk")
    expect(note).to_have_count(0)


def test_a_server_that_fails_keeps_the_text_and_the_form(
    atlas: Plan, page_of: Callable[[Person], Page], tess: Person, watch: Watch
) -> None:
    watch.expect("status of 502", "Error Code 502")
    page = page_of(tess)
    page.goto("/p/atlas/m/SEC-3/edit")
    page.route("**/p/atlas/m/SEC-3/edit", lambda route: route.fulfill(status=502, body="Bad gateway"))
    page.get_by_label("Name").fill("Lift-off")
    page.get_by_role("button", name="Save milestone").click()
    expect(page.get_by_text("This was not saved.")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("Lift-off")
    expect(page.get_by_role("button", name="Save milestone")).not_to_have_attribute("aria-busy", "true")
    page.unroute("**/p/atlas/m/SEC-3/edit")
    page.get_by_role("button", name="Try again").click()
    page.wait_for_url("**/p/atlas/m/SEC-3")
    assert Milestone.objects.get(key="SEC-3").name == "Lift-off"


def test_an_answer_that_was_not_kept_is_named(atlas: Plan, page_of: Callable[[Person], Page], eli: Person, watch: Watch) -> None:
    watch.expect("status of 502", "Error Code 502")
    page = page_of(eli)
    page.goto("/my")
    page.route("**/clear", lambda route: route.fulfill(status=502, body="Bad gateway"))
    page.keyboard.press("c")
    expect(page.get_by_text("“Cleared” was not saved.")).to_be_visible()
    assert Blocker.objects.get().is_open


# Undo


def test_z_takes_the_last_save_back_and_z_again_makes_it_again(
    atlas: Plan, page_of: Callable[[Person], Page], tess: Person
) -> None:
    page = page_of(tess)
    page.goto("/p/atlas/m/SEC-3/edit")
    page.get_by_label("Name").fill("Lift-off")
    page.get_by_role("button", name="Save milestone").click()
    expect(page.locator("h1")).to_have_text("Lift-off")
    page.wait_for_load_state()  # keys are heard once the scripts are there
    page.keyboard.press("z")
    expect(page.locator("#toasts")).to_contain_text("Undone: SEC-3 Lift-off")
    expect(page.locator("h1")).to_have_text("Launch")
    page.keyboard.press("z")
    expect(page.locator("h1")).to_have_text("Lift-off")


def test_z_without_a_toast_takes_the_last_change_back_where_one_is(
    atlas: Plan, page_of: Callable[[Person], Page], tess: Person
) -> None:
    page = page_of(tess)
    page.goto("/p/atlas/m/SEC-3/edit")
    page.get_by_label("Name").fill("Lift-off")
    page.get_by_role("button", name="Save milestone").click()
    expect(page.locator("h1")).to_have_text("Lift-off")
    page.goto("/p/atlas/risks")
    page.wait_for_load_state()
    page.get_by_role("link", name="The lab moves house").focus()
    page.evaluate("window.still = true")  # a page that is loaded again forgets it
    page.keyboard.press("z")
    expect(page.locator("#toasts")).to_contain_text("Undone: SEC-3 Lift-off")
    assert Milestone.objects.get(key="SEC-3").name == "Launch"
    expect(page.get_by_role("link", name="The lab moves house")).to_be_focused()
    with page.expect_response("**/redo/**"):
        page.keyboard.press("z")
    assert Milestone.objects.get(key="SEC-3").name == "Lift-off"
    assert page.evaluate("window.still")


def test_on_a_phone_folds_stay_as_they_are_when_the_page_is_brought_up_to_date(
    atlas: Plan, page_of: Callable[[Person], Page], lena: Person, tess: Person
) -> None:
    page = page_of(lena)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/p/atlas/")
    settled(page)
    opened = page.locator("details[data-fold-m][open]")
    expect(opened).to_have_count(0)
    page.locator("details[data-fold-m] > summary").first.click()
    rename("SEC-2", "Build ready", tess)
    rename("SEC-3", "Lift-off", tess)
    expect(page.locator("#main")).to_contain_text("Build ready", timeout=2 * NOTICED)
    expect(opened).to_have_count(1)


def test_an_undo_over_later_work_is_refused_where_it_was_asked(
    atlas: Plan, page_of: Callable[[Person], Page], tess: Person, ada: Person
) -> None:
    page = page_of(tess)
    page.goto("/p/atlas/m/SEC-3/edit")
    page.get_by_label("Name").fill("Lift-off")
    page.get_by_role("button", name="Save milestone").click()
    expect(page.locator("h1")).to_have_text("Lift-off")
    page.wait_for_load_state()  # keys are heard once the scripts are there
    rename("SEC-3", "Blast-off", ada)
    page.keyboard.press("z")
    note = page.locator("#main > .note").first
    expect(note).to_contain_text("Not undone: SEC-3 Lift-off.")
    expect(note).to_contain_text("Name of SEC-3 Blast-off changed from Lift-off to Blast-off")
    expect(note).to_be_focused()
    expect(page.locator("h1")).to_have_text("Blast-off", timeout=2 * NOTICED)  # the page noticed the other change meanwhile
    expect(note).to_contain_text("Not undone: SEC-3 Lift-off.")
    expect(page.get_by_text("is after the target of the program")).to_be_visible()  # and what was told once still stands


def test_axe_finds_nothing_on_the_pages_of_undo(
    atlas: Plan, look: Any, signed_in: Callable[[Person], None], tess: Person
) -> None:
    rename("SEC-3", "Lift-off", tess)
    signed_in(tess)
    for address in ("/changes", "/p/atlas/changes", "/p/atlas/delete"):
        assert look.everywhere(address) == []
