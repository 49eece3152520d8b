"""The map in a browser: hover, focus by click and by keys, stepping out, only what is lit, and how it looks to axe."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from playwright.sync_api import expect

from programs.actions import analysis, dependencies, milestones
from programs.models import Dependency
from tests.web.plan import AT, Plan, elsewhere, plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from programs.models import Person, Program
    from tests.browser.conftest import Look

pytestmark = pytest.mark.django_db(transaction=True)
MAP = "/p/atlas/map"


@pytest.fixture
def atlas(program: Program, tess: Person, eli: Person, otto: Person, monday: Any, live_server: Any) -> Plan:
    """Three milestones in a row, one beside them, one nobody may see, and a loop set aside."""
    made = plan(program, tess=tess, eli=eli)
    beside = milestones.create(
        program=program, name="Contract signed", workstream=program.workstreams.get(), by=tess, at=AT, duration_days=3
    )
    dependencies.link(predecessor=beside, successor=made.launch, by=tess, at=AT)
    Dependency.objects.create(predecessor=elsewhere(otto), successor=made.build)
    Dependency.objects.create(predecessor=made.launch, successor=made.design, set_aside="loop")
    analysis.recompute(program_id=program.pk, at=AT)
    return made


def keep(page: Page, name: str) -> None:
    """A picture, when somebody wants to look: SHOTS=folder."""
    if os.environ.get("SHOTS"):
        page.screenshot(path=Path(os.environ["SHOTS"]) / f"{name}.png", full_page=True)


def card(page: Page, key: str) -> Any:
    return page.locator(f'#cv .nd[data-n="{key}"]')


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.dataset.n ?? ''"))


@pytest.mark.parametrize("query", ["", "?focus=SEC-2", "?focus=SEC-2&only=1", "?view=table", "?size=compact&show=critical"])
def test_axe_finds_nothing(
    atlas: Plan, page: Page, tess: Person, signed_in: Callable[[Person], None], look: Look, query: str
) -> None:
    signed_in(tess)
    found = look.everywhere(MAP + query)
    dimmed = [line for line in found if line.startswith(("light", "dark")) and "color-contrast" in line]
    assert [line for line in found if line not in dimmed] == []
    assert not dimmed or "focus" in query or "show" in query  # text is dimmed on purpose, and Esc ends it


def test_hover_lights_the_lines_of_a_card(atlas: Plan, page: Page, tess: Person, signed_in: Callable[[Person], None]) -> None:
    signed_in(tess)
    page.goto(MAP)
    card(page, "SEC-2").hover()
    expect(page.locator(".e.hv")).to_have_count(3)
    assert page.locator(".nd.dim").count() == 0


def test_focus_by_click_opens_the_panel_and_escape_steps_out(
    atlas: Plan, page: Page, tess: Person, signed_in: Callable[[Person], None]
) -> None:
    signed_in(tess)
    page.goto(MAP)
    card(page, "SEC-2").click()
    expect(page.locator("#dp h2")).to_have_text("Build finished")
    expect(page.locator("#dp")).to_contain_text("A 5-day slip moves 1 milestone")
    assert "focus=SEC-2" in page.url
    assert "dim" in str(card(page, "SEC-4").get_attribute("class"))
    assert "dn" in str(card(page, "SEC-3").get_attribute("class"))
    assert "up" in str(card(page, "SEC-1").get_attribute("class"))
    keep(page, "map-focus")
    page.keyboard.press("Escape")
    expect(page.locator("#dp")).to_be_hidden()
    assert page.locator(".nd.dim").count() == 1
    page.keyboard.press("Escape")
    expect(page.locator(".nd.dim")).to_have_count(0)
    assert "focus" not in page.url


def test_arrows_walk_along_links_and_say_which_way(
    atlas: Plan, page: Page, tess: Person, signed_in: Callable[[Person], None]
) -> None:
    signed_in(tess)
    page.goto(MAP)
    card(page, "SEC-1").focus()
    page.keyboard.press("ArrowRight")
    assert focused(page) == "SEC-2"
    expect(page.locator("#map-says")).to_have_text("Feeds: Build finished")
    page.keyboard.press("ArrowRight")
    assert focused(page) == "SEC-3"
    page.keyboard.press("ArrowLeft")
    assert focused(page) == "SEC-2"
    expect(page.locator("#map-says")).to_have_text("Waits for: Build finished")
    card(page, "SEC-1").focus()
    page.keyboard.press("ArrowDown")
    assert focused(page) != "SEC-1"


def test_f_focuses_and_shift_f_shows_only_what_is_lit(
    atlas: Plan, page: Page, tess: Person, signed_in: Callable[[Person], None]
) -> None:
    signed_in(tess)
    page.goto(MAP)
    card(page, "SEC-1").focus()
    page.keyboard.press("f")
    expect(page.locator("#dp h2")).to_have_text("Design agreed")
    page.keyboard.press("Shift+F")
    page.wait_for_url("**only=1**")
    expect(card(page, "SEC-4")).to_have_count(0)
    expect(card(page, "SEC-3")).to_have_count(1)
    for _ in range(2):
        page.keyboard.press("Escape")
    page.wait_for_url(lambda url: "only" not in url)
    expect(card(page, "SEC-4")).to_have_count(1)


def test_finding_keeps_hits_and_dims_the_rest(atlas: Plan, page: Page, tess: Person, signed_in: Callable[[Person], None]) -> None:
    signed_in(tess)
    page.goto(MAP)
    page.keyboard.press("/")
    page.keyboard.type("launch")
    expect(page.locator(".nd.hit")).to_have_count(1)
    page.keyboard.press("Enter")
    assert focused(page) == "SEC-3"
    page.keyboard.press("Escape")
    expect(page.locator(".finding")).to_have_count(0)


def test_filters_and_done_work_are_asked_for_at_once(
    atlas: Plan, page: Page, tess: Person, eli: Person, signed_in: Callable[[Person], None]
) -> None:
    signed_in(tess)
    page.goto(MAP)
    page.get_by_label("Owner").select_option(str(eli.pk))
    page.wait_for_url(f"**owner={eli.pk}**")
    assert "dim" not in str(card(page, "SEC-2").get_attribute("class"))
    page.get_by_role("link", name="Remove the filter Owner").click()
    page.wait_for_url(lambda url: "owner" not in url)


def test_zoom_is_in_the_address(atlas: Plan, page: Page, tess: Person, signed_in: Callable[[Person], None]) -> None:
    signed_in(tess)
    page.goto(MAP)
    wide = card(page, "SEC-1").bounding_box()
    page.get_by_role("button", name="Smaller").click()
    assert "zoom=0.90" in page.url
    page.reload()
    narrow = card(page, "SEC-1").bounding_box()
    assert wide
    assert narrow
    assert narrow["width"] < wide["width"]


def test_without_script_cards_lead_to_the_same_view(atlas: Plan, chromium: Any, live_server: Any, tess: Person) -> None:
    from django.conf import settings
    from django.test import Client

    session = Client()
    session.force_login(tess)
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": session.cookies[name].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(MAP)
    card(page, "SEC-2").click()
    expect(page.locator("#dp h2")).to_have_text("Build finished")
    assert "dim" in str(card(page, "SEC-4").get_attribute("class"))
    page.get_by_role("link", name="Only what is lit").click()
    expect(card(page, "SEC-4")).to_have_count(0)
    context.close()


def test_a_phone_walks(atlas: Plan, page: Page, tess: Person, signed_in: Callable[[Person], None]) -> None:
    signed_in(tess)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{MAP}?focus=SEC-2")
    expect(page.locator("#cv")).to_be_hidden()
    expect(page.locator(".walk h3")).to_have_text("Build finished")
    page.locator(".walk").get_by_role("link", name="Launch").click()
    expect(page.locator(".walk h3")).to_have_text("Launch")
    keep(page, "map-walk")
    page.goto(MAP)
    page.locator(".mtools select[name=status]").select_option("blocked")
    page.wait_for_url("**status=blocked**")
    expect(page.locator(".walk h2")).to_have_text("1 milestone")
    page.locator(".walk").get_by_role("link", name="Build finished").click()
    expect(page.locator(".walk h3")).to_have_text("Build finished")


def test_a_reader_hears_what_is_drawn(atlas: Plan, page: Page, tess: Person, signed_in: Callable[[Person], None]) -> None:
    """The accessibility tree of the map: lanes as groups, cards as links that say date, float, key, state and links."""
    signed_in(tess)
    page.goto(MAP)
    tree = page.locator("#cv").aria_snapshot()
    assert 'group "Security, 0 of 4 done"' in tree
    assert "Build finished" in tree
    assert "SEC-2, Blocked." in tree
    assert "Waits for 2, feeds 1." in tree
    assert "a milestone you cannot see" in tree


def spoken(page: Page, key: str) -> str:
    """What the accessibility tree of the browser says of a card."""
    said = card(page, key).aria_snapshot()
    return " ".join(said.replace('- link "', "").split('"')[0].split())


def test_the_critical_path_of_the_demo_can_be_walked_and_heard(
    page: Page, signed_in: Callable[[Person], None], live_server: Any, db: None
) -> None:
    """A transcript, as a screen reader gets it: the path from its blocked start to the finish, by the arrow key alone."""
    from datetime import UTC, date, datetime

    from programs.actions import demo
    from programs.models import Person as People

    with time_machine.travel(datetime(2027, 3, 3, 9, tzinfo=UTC), tick=True):
        demo.load(today=date(2027, 3, 3), at=datetime(2027, 3, 3, 9, tzinfo=UTC))
        signed_in(People.objects.get(email="program-tpm@demo.example"))
        page.goto("/p/payments-platform-migration/map")
        card(page, "SEC-3").focus()
        heard = [spoken(page, "SEC-3")]
        for _ in range(5):
            page.keyboard.press("ArrowRight")
            heard.append(f"{page.locator('#map-says').text_content()} | {spoken(page, focused(page))}")
        page.goto("/p/payments-platform-migration/map?focus=SEC-3")
        panel = page.locator("#dp").aria_snapshot()
    assert heard == [
        "Penetration test passed 2 Apr critical SEC-3, Blocked. Waits for 2, feeds 3.",
        "Feeds: PCI DSS evidence complete | PCI DSS evidence complete 27 Apr critical SEC-4, Not started. Waits for 2, feeds 1.",
        (
            "Feeds: PCI DSS attestation issued"
            " | PCI DSS attestation issued 21 May critical SEC-5, Not started. Waits for 1, feeds 1."
        ),
        "Feeds: Card routing live at 1% | Card routing live at 1% 3 Jun critical CRD-5, Not started. Waits for 4, feeds 1.",
        "Feeds: Go / no-go decision | Go / no-go decision 8 Jun critical CUT-4, Not started. Waits for 6, feeds 1.",
        "Feeds: Cutover complete | Cutover complete 21 Jun critical CUT-5, Not started. Waits for 1, feeds 0.",
    ]
    for part in ("Pen-test vendor cannot reach the staging vault", "A 5-day slip moves 9 milestones", "Mon 28 Jun", "drives it"):
        assert part in panel
