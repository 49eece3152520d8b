"""On paper: the portfolio is one A4 page, an overview two, in light colours and without what only a screen can do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.pictures.pages import PICTURES

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.pictures.studio import Studio

pytestmark = pytest.mark.django_db(transaction=True)
BY_NAME = {picture.name: picture for picture in PICTURES}
A4 = (595, 842)  # points


def paper(page: Page) -> list[tuple[int, int]]:
    """The size of each sheet, in points."""
    body = page.pdf(prefer_css_page_size=True)
    sheets = re.findall(rb"/Type /Page\b.*?/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", body, re.DOTALL)
    return [(round(float(wide)), round(float(tall))) for wide, tall in sheets]


def test_the_portfolio_fits_one_page_and_an_overview_two(studio: Studio) -> None:
    assert paper(studio.show(BY_NAME["portfolio"], width=1440, theme="dark")) == [A4]
    assert paper(studio.show(BY_NAME["overview"], width=1440, theme="dark")) == [A4, A4]


def test_paper_is_light_says_as_of_when_and_shows_no_buttons(studio: Studio) -> None:
    for name in ("portfolio", "overview"):
        page = studio.show(BY_NAME[name], width=1440, theme="dark")
        page.emulate_media(media="print", color_scheme="dark")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
        assert page.get_by_text("As of Wed 3 Mar, 08:40").is_visible()
        assert page.evaluate("[...document.querySelectorAll('button, .side, .tabs')].every(each => !each.checkVisibility())")
        page.emulate_media(media="screen")
