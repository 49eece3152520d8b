"""The timeline in a browser: keys along rows and links, focus, hover, what a screen reader gets, print, and axe."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from programs.actions import analysis, dependencies, milestones
from programs.models import Milestone, Timing
from tests.web.plan import AT, Plan, plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from programs.models import Person, Program
    from tests.browser.conftest import Look

pytestmark = pytest.mark.django_db(transaction=True)
TIMELINE = "/p/atlas/timeline"


@pytest.fixture
def atlas(program: Program, tess: Person, eli: Person, monday: Any, live_server: Any) -> Plan:
    """Three milestones in a row, and one beside them with float."""
    made = plan(program, tess=tess, eli=eli)
    beside = milestones.create(
        program=program, name="Contract signed", workstream=program.workstreams.get(), by=tess, at=AT, duration_days=3
    )
    dependencies.link(predecessor=beside, successor=made.launch, by=tess, at=AT)
    analysis.recompute(program_id=program.pk, at=AT)
    return made


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.closest('tr')?.dataset.key ?? ''"))


@pytest.mark.parametrize("query", ["", "?focus=SEC-2&group=date&scale=month"])
def test_axe_finds_nothing(
    atlas: Plan, page: Page, tess: Person, signed_in: Callable[[Person], None], look: Look, query: str
) -> None:
    signed_in(tess)
    assert look.everywhere(TIMELINE + query) == []


def test_keys_walk_rows_and_links(atlas: Plan, page: Page, tess: Person, signed_in: Callable[[Person], None]) -> None:
    signed_in(tess)
    page.goto(TIMELINE)
    page.locator("tr[data-key=SEC-1] .lk").focus()
    page.keyboard.press("ArrowRight")
    assert focused(page) == "SEC-2"
    expect(page.locator("#tl-says")).to_contain_text("Feeds: SEC-2 Build finished")
    expect(page.locator("#tl-says")).to_contain_text("blocked until")
    page.keyboard.press("ArrowRight")
    assert focused(page) == "SEC-3"
    page.keyboard.press("ArrowLeft")
    assert focused(page) == "SEC-2"
    page.keyboard.press("ArrowUp")
    assert focused(page) in {"SEC-1", "SEC-4"}
    page.keyboard.press("f")
    page.wait_for_url("**focus=**")
    expect(page.locator("tr.sel")).to_have_count(1)
    assert page.locator(".e.on").count() == 1
    page.keyboard.press("Escape")
    page.wait_for_url(lambda url: "focus" not in url)


def test_pointing_at_a_row_shows_its_links(atlas: Plan, page: Page, tess: Person, signed_in: Callable[[Person], None]) -> None:
    signed_in(tess)
    page.goto(TIMELINE)
    expect(page.locator(".e:visible")).to_have_count(2)  # the critical ones
    page.locator("tr[data-key=SEC-4]").hover()
    expect(page.locator(".e.hv")).to_have_count(1)
    expect(page.locator(".e:visible")).to_have_count(3)


def test_rows_line_up_with_what_is_drawn_over_them(
    atlas: Plan, page: Page, tess: Person, signed_in: Callable[[Person], None]
) -> None:
    signed_in(tess)
    Timing.objects.filter(milestone__key="SEC-4").update(forecast=date(2028, 9, 27), slip=-1368)  # as long as words get
    page.goto(TIMELINE)
    tops, bars = (
        page.evaluate("(all) => [...document.querySelectorAll(all)].map((one) => one.getBoundingClientRect().top)", all_of)
        for all_of in ("#tl tbody tr", "#tl .fc")
    )
    assert tops == bars
    top = page.evaluate("document.querySelector('.tl-links').getBoundingClientRect().top")
    assert [round(one - top) for one in tops] == [32 * at for at in range(len(tops))]
    left = page.evaluate("document.querySelector('.tl-links').getBoundingClientRect().left")
    assert abs(page.evaluate("document.querySelector('a.fc svg').getBoundingClientRect().left") - left) < 1


def test_what_stays_in_place_is_few_pieces_however_many_rows(
    atlas: Plan, page: Page, tess: Person, signed_in: Callable[[Person], None]
) -> None:
    """Each is a layer of its own to a browser, and every frame of a pan moves all of them."""
    signed_in(tess)
    page.goto(TIMELINE)
    staying = "[...document.querySelectorAll('#tl *')].filter((one) => getComputedStyle(one).position === 'sticky').length"
    assert page.locator("#tl tbody tr").count() > 3
    assert page.evaluate(staying) == 3  # the table, its head, the head of the time
    page.set_viewport_size({"width": 900, "height": 420})
    page.evaluate("document.querySelector('#tl').scrollTo({ left: 300, top: 40, behavior: 'instant' })")
    places = page.evaluate(
        """[...document.querySelectorAll('#tl, .tlt, .tlt thead, .th')].map((one) => one.getBoundingClientRect())
        .map(({ left, top }) => [left, top])"""
    )
    (left, top), table, head, time = places
    assert table[0] == head[0] == left
    assert head[1] == time[1] == top


def test_pointing_at_a_bar_marks_its_row(atlas: Plan, page: Page, tess: Person, signed_in: Callable[[Person], None]) -> None:
    signed_in(tess)
    page.goto(TIMELINE)
    page.locator("a.fc[href*=SEC-4] .br").hover()
    expect(page.locator("tr[data-key=SEC-4]")).to_have_class("m hv")
    expect(page.locator(".e.hv")).to_have_count(1)


def test_a_screen_reader_gets_a_table_with_the_same_facts(
    atlas: Plan, page: Page, tess: Person, signed_in: Callable[[Person], None]
) -> None:
    signed_in(tess)
    page.goto(TIMELINE)
    row = page.get_by_role("row", name="Build finished")
    expect(row.get_by_role("rowheader")).to_contain_text("Blocked")
    expect(row).to_contain_text("critical, baseline Fri 12 Mar, blocked until Thu 4 Mar")
    expect(page.get_by_role("link", name="Security", exact=False).first).to_have_attribute("aria-expanded", "true")


def test_print_leaves_the_chrome_out_and_keeps_the_legend(
    atlas: Plan, page: Page, tess: Person, signed_in: Callable[[Person], None]
) -> None:
    signed_in(tess)
    page.goto(TIMELINE)
    page.emulate_media(media="print")
    assert not page.locator(".mtools").is_visible()
    assert page.locator(".tlegend").is_visible()
    assert page.locator("a.fc[href*=SEC-2] .br").is_visible()


def test_paper_breaks_where_the_lines_are_drawn_anew_and_nowhere_else(
    atlas: Plan, page: Page, tess: Person, signed_in: Callable[[Person], None]
) -> None:
    """A page that broke by itself would move its rows, and not the lines between them."""
    lane = atlas.build.workstream
    rows = [Milestone(program=atlas.program, key=f"X-{n}", name=f"Step {n}", workstream=lane) for n in range(120)]
    Milestone.objects.bulk_create(rows)
    signed_in(tess)
    page.goto(TIMELINE)
    sheets = page.locator(".sheet.tl-links").count()
    assert sheets >= 3
    assert page.locator("tr.turn").count() == page.locator(".fc.turn").count() == sheets - 1
    for size in ("A4", "Letter"):
        printed = page.pdf(format=size, landscape=True)
        assert printed.count(b"/Type /Page\n") == sheets
    page.emulate_media(media="print")
    places = page.evaluate(
        """[...document.querySelectorAll('.sheet.tl-links')].map((one) => [one, one.closest('.fc')])
        .map(([lines, row]) => lines.getBoundingClientRect().top - row.getBoundingClientRect().top)"""
    )
    assert places == [0] * sheets


def test_it_mirrors_and_keeps_its_marks_in_forced_colours(
    atlas: Plan, page: Page, tess: Person, signed_in: Callable[[Person], None]
) -> None:
    tess.language = "ar"
    tess.save(update_fields=["language"])
    signed_in(tess)
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    page.goto(TIMELINE)
    assert page.evaluate("document.documentElement.dir") == "rtl"
    name, bar = (page.locator(one).bounding_box() for one in ("tr[data-key=SEC-2] .f0", "a.fc[href*=SEC-2] .br"))
    assert name is not None
    assert bar is not None
    assert bar["x"] < name["x"]
    page.locator("tr[data-key=SEC-1] .lk").focus()
    page.keyboard.press("ArrowLeft")
    assert focused(page) == "SEC-2"
    fill = "getComputedStyle(document.querySelector('.c .br')).fill"
    assert page.evaluate(fill) != page.evaluate("getComputedStyle(document.querySelector('#tl')).backgroundColor")
