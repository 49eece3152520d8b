"""Overview and portfolio look as they were meant to, on a laptop and a phone.

After a change that was meant: `KEEP_PICTURES=1 pytest tests/pictures/test_pictures.py`, look at the pages (`make screenshots`),
and commit what changed under tests/pictures/kept.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.pictures.drift import Look, faded, moved
from tests.pictures.pages import PICTURES, UNPICTURED, plain_pages, views

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.pictures.studio import Studio

KEPT = Path(__file__).parent / "kept"
BY_NAME = {picture.name: picture for picture in PICTURES}
MAIN = {
    "overview": (".top", ".tabs", ".head h1", ".facts", ".drift", ".path", ".rib", ".panel", ".heat", ".side"),
    "portfolio": (".top", ".lead", ".dec", ".progs", ".progs tbody tr", ".three > .sect", ".it", ".side"),
}
SIZES = [("overview", 1440, "light"), ("overview", 390, "dark"), ("portfolio", 1440, "dark"), ("portfolio", 390, "light")]


@pytest.mark.django_db(transaction=True)
def test_overview_and_portfolio_have_not_drifted(studio: Studio) -> None:
    wrong = {}
    for name, width, theme in SIZES:
        page = studio.show(BY_NAME[name], width=width, theme=theme)
        now, kept = Look.of(page, MAIN[name]), KEPT / f"{name}-{width}-{theme}.json"
        if os.environ.get("KEEP_PICTURES"):
            now.keep(kept)
        before = Look.kept(kept)
        if found := moved(before, now) + faded(before, now):
            wrong[kept.stem] = found
    assert wrong == {}
    _every_drift_is_noticed(studio.show(BY_NAME["overview"], width=1440, theme="light"))


ONE_LINE_MORE = "document.querySelector('.panel .sub').append(document.createElement('br'), 'a line')"
SPOILED = {
    "a block is gone": "document.querySelector('.path').remove()",
    "a column is narrower": "document.querySelectorAll('.panel')[0].style.marginInlineEnd = '40px'",
    "more air": "document.querySelectorAll('.panel').forEach(each => each.style.marginTop = '16px')",
    "larger text": "document.documentElement.style.fontSize = '115%'",
    "another paper": "document.body.style.background = '#fff6e0'",
    "rows became boxes": "document.querySelectorAll('.panel').forEach(each => each.style.background = '#d8dce2')",
}


def _every_drift_is_noticed(page: Page) -> None:
    """The comparison is no use when it lets these through."""
    before = Look.of(page, MAIN["overview"])
    assert moved(before, before) + faded(before, before) == []
    page.evaluate(ONE_LINE_MORE)
    wrapped = Look.of(page, MAIN["overview"])
    assert wrapped.blocks != before.blocks
    assert moved(before, wrapped) + faded(before, wrapped) == [], "a line that wraps is no drift"
    for what, script in SPOILED.items():
        page.reload()
        page.evaluate(script)
        now = Look.of(page, MAIN["overview"])
        assert moved(before, now) + faded(before, now), what


def test_what_is_pictured_exists_and_every_plain_page_is_found() -> None:
    """A page that needs no more than a program is pictured without being listed; the list names what is special."""
    names = {name for name, _view in views()}
    listed = {picture.address for picture in PICTURES if picture.status == 200} | set(UNPICTURED)
    assert listed - names - {"account_login", "account_reset_password"} == set(), "no such page any more"
    found, left = plain_pages()
    assert {picture.address for picture in found} & listed == set()
    assert set(left) <= names
