"""The components as a browser draws and drives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from programs.models import Person, Program
    from tests.browser.conftest import Look
    from tests.browsing import Watch

pytestmark = [pytest.mark.urls("tests.browser.gallery"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def gallery(page: Page, program: Program, signed_in: Callable[[Person], None], tess: Person) -> Page:
    """The gallery, with Tess looking at it."""
    signed_in(tess)
    page.goto("/gallery")
    return page


def test_axe_finds_nothing_and_nothing_scrolls_sideways(gallery: Page, look: Look) -> None:
    assert look.everywhere("/gallery") == []


def test_glyphs_of_the_sprite_are_drawn_with_the_colours_of_the_page(gallery: Page) -> None:
    shown = gallery.evaluate("getComputedStyle(document.querySelector('.badge.s-off svg')).color")
    assert shown != "rgb(0, 0, 0)"
    assert gallery.locator(".badge.s-off svg").first.bounding_box()["width"] == 13  # type: ignore[index]


def test_a_refused_form_comes_back_in_place_and_its_summary_takes_focus(gallery: Page) -> None:
    gallery.get_by_role("textbox", name="Forecast").fill("")
    gallery.get_by_role("button", name="Save update").last.click()
    expect(gallery.get_by_text("2 things to fix")).to_be_visible()
    expect(gallery.locator("#form-problems")).to_be_focused()
    gallery.get_by_role("link", name="Waiting for: Say who or what").click()
    expect(gallery.get_by_label("Waiting for")).to_be_focused()


def test_letters_move_a_cursor_but_not_in_a_field(gallery: Page) -> None:
    gallery.keyboard.press("j")
    gallery.keyboard.press("j")
    expect(gallery.locator("#row-2")).to_have_attribute("aria-current", "true")
    expect(gallery.get_by_role("link", name="Milestone 2", exact=True)).to_be_focused()
    gallery.keyboard.press("x")
    expect(gallery.get_by_label("Select 2")).to_be_checked()
    gallery.keyboard.press("k")
    expect(gallery.locator("#row-1")).to_have_attribute("aria-current", "true")
    gallery.get_by_label("Waiting for").fill("")
    gallery.get_by_label("Waiting for").press_sequentially("jk[x")
    expect(gallery.get_by_label("Waiting for")).to_have_value("jk[x")


def test_single_keys_can_be_switched_off(gallery: Page, tess: Person) -> None:
    tess.single_keys = False
    tess.save()
    gallery.reload()
    gallery.keyboard.press("j")
    expect(gallery.locator("[aria-current=true]")).to_have_count(0)


def test_the_palette_opens_finds_and_goes(gallery: Page) -> None:
    gallery.keyboard.press("Control+k")
    field = gallery.get_by_role("combobox", name="Search or run a command")
    expect(field).to_be_focused()
    field.fill("pen")
    hit = gallery.get_by_role("option", name="Penetration test passed")
    expect(hit).to_have_attribute("aria-selected", "true")
    gallery.keyboard.press("Enter")
    gallery.wait_for_url("**/gallery?hit")


def test_escape_closes_the_palette_and_gives_focus_back(gallery: Page) -> None:
    gallery.get_by_label("Waiting for").focus()
    gallery.keyboard.press("Control+k")
    gallery.keyboard.press("Escape")
    expect(gallery.locator("#palette")).to_be_hidden()
    expect(gallery.get_by_label("Waiting for")).to_be_focused()


def test_the_key_sheet(gallery: Page, look: Look) -> None:
    gallery.keyboard.press("?")
    expect(gallery.get_by_role("dialog", name="Keys")).to_be_visible()
    assert look.axe() == []


def test_a_toast_offers_undo(gallery: Page) -> None:
    gallery.locator("#toast").click()
    expect(gallery.locator("[data-toast]")).to_contain_text("B-31 cleared.")
    expect(gallery.get_by_role("button", name="Undo")).to_be_visible()


def test_a_failed_save_says_so_in_place(gallery: Page, watch: Watch) -> None:
    watch.expect("status of 500", "Error Code 500")
    gallery.locator("#broken").click()
    expect(gallery.get_by_text("This was not saved.")).to_be_visible()


def test_the_sidebar_folds(gallery: Page) -> None:
    gallery.set_viewport_size({"width": 1440, "height": 900})
    gallery.keyboard.press("[")
    assert gallery.locator(".side").bounding_box()["width"] == pytest.approx(52, abs=1)  # type: ignore[index]


def test_typed_text_survives_being_signed_out(gallery: Page, walk_in: Callable[[Person], None], tess: Person) -> None:
    gallery.get_by_label("Waiting for").fill("The change board")
    gallery.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    gallery.get_by_role("button", name="Save update").last.click()
    gallery.wait_for_url("**/accounts/login/**")
    gallery.get_by_label("Email").fill(str(tess.email))
    gallery.get_by_label("Password", exact=True).fill("a long enough password")
    gallery.get_by_role("button", name="Sign in").click()
    gallery.wait_for_url("**/gallery")
    expect(gallery.get_by_label("Waiting for")).to_have_value("The change board")
    expect(gallery.get_by_text("We kept what you typed.")).to_be_visible()


@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/password/reset/", "/accounts/signup/"])
def test_the_doors_are_accessible(address: str, look: Look, page: Page) -> None:
    assert look.everywhere(address) == []


def test_a_page_that_is_not_there(gallery: Page, look: Look) -> None:
    assert look.everywhere("/p/nothing/") == []
    expect(gallery.get_by_role("heading", name="That page is not here")).to_be_visible()
