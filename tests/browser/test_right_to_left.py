"""Read from right to left: the shell and the everyday pages are their own mirror image, in Hebrew and in a switched window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from programs.models import Person
from tests.browser.conftest import Look
from tests.pictures.pages import PICTURES, TPM, plain_pages

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.pictures.studio import Studio

pytestmark = pytest.mark.django_db(transaction=True)
BY_NAME = {picture.name: picture for picture in (*PICTURES, *plain_pages()[0])}
MIRRORED = ("overview", "milestones", "milestone", "my-work", "portfolio", "risks", "profile", "import-new")


@pytest.fixture
def hebrew(studio: Studio, settings: Any) -> Page:
    """The page of a TPM who reads Hebrew: days and months are Django's, sentences stay English until somebody translates them."""
    settings.LANGUAGES = [*settings.LANGUAGES, ("he", "Hebrew")]
    Person.objects.filter(email=f"{TPM}@demo.example").update(language="he")
    return studio.page_of(TPM)


PLACE = """(selector) => {
  const r = [...document.querySelectorAll(selector)].find((e) => e.checkVisibility()).getBoundingClientRect();
  return [r.left, r.right, innerWidth]; }"""


def test_the_overview_in_a_language_that_runs_from_right_to_left(hebrew: Page) -> None:
    hebrew.set_viewport_size({"width": 1440, "height": 900})
    hebrew.goto(BY_NAME["overview"].path)
    assert hebrew.evaluate("document.documentElement.dir + ' ' + document.documentElement.lang") == "rtl he"
    _left, right, wide = hebrew.evaluate(PLACE, ".side")
    assert right == wide, "the sidebar is at the right"
    left, _right, _wide = hebrew.evaluate(PLACE, ".top .right")
    assert left < 40, "the page's actions are at the left"
    icon, word = hebrew.evaluate(PLACE, ".nav a svg"), hebrew.evaluate(PLACE, ".nav a .t")
    assert icon[0] >= word[1], "an icon comes before its word"
    turned = "[...document.querySelectorAll('.ar, .drift')].map(e => getComputedStyle(e).transform)"
    assert set(hebrew.evaluate(turned)) == {"matrix(-1, 0, 0, 1, 0, 0)"}
    assert Look(hebrew).here() == []


# Where each block stands, measured from the side where reading begins.
BLOCKS = """() => {
  const rtl = document.documentElement.dir === "rtl", out = {};
  const blocks = ["block", "flex", "grid", "table", "table-cell", "table-row", "list-item"];
  [...document.querySelectorAll("body *")].forEach((e, n) => {
    const s = getComputedStyle(e), r = e.getBoundingClientRect();
    if (!r.width || !e.checkVisibility({visibilityProperty: true}) || e.closest("svg svg, .vh, .skip, svg > *")) return;
    if (!blocks.includes(s.display) && s.position !== "absolute") return;
    const start = rtl ? innerWidth - r.right : r.left, end = rtl ? innerWidth - r.left : r.right;
    out[n + " " + e.tagName.toLowerCase() + "." + e.getAttribute("class")] = [Math.round(start), Math.round(end)];
  });
  return out;
}"""


def test_every_block_stands_where_its_mirror_image_does(studio: Studio) -> None:
    """The same words, only turned round: a margin or a place that names left or right shows as a block that stayed behind."""
    wrong = {}
    for name in MIRRORED:
        page = studio.page_of(BY_NAME[name].who)
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(BY_NAME[name].path)
            before = page.evaluate(BLOCKS)
            page.add_style_tag(url="/static/build/mirrored.css")
            page.evaluate("document.documentElement.dir = 'rtl'")
            after = page.evaluate(BLOCKS)
            if found := away(before, after):
                wrong[f"{name} {width}"] = found[:12]
            page.evaluate("document.querySelector('main').style.transform = 'translateX(9px)'")
            assert away(before, page.evaluate(BLOCKS)), "what stays behind is noticed"
    assert wrong == {}


def away(before: dict[str, list[int]], after: dict[str, list[int]]) -> list[str]:
    """The blocks that are not where they were, or no longer there."""
    gone = [f"{block} is gone" for block in before.keys() - after.keys()]
    pairs = ((block, before[block], place) for block, place in after.items() if block in before)
    return gone + [
        f"{block}: {was} became {now}" for block, was, now in pairs if max(abs(a - b) for a, b in zip(was, now, strict=True)) > 3
    ]
