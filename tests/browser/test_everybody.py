"""Every page for everybody: whatever the screen, the theme, the eyes and the hands.

Nobody lists a page here: the pages are those that are pictured (tests/pictures/pages.py), and a new one is visited without being
named. After a change of tab order that was meant: `KEEP_TAB_ORDER=1 pytest tests/browser/test_everybody.py -k tab_order`.
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import STICKS_OUT, THEMES, Look
from tests.pictures.pages import PICTURES, plain_pages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playwright.sync_api import Page

    from tests.browsing import Watch
    from tests.pictures.studio import Studio

pytestmark = pytest.mark.django_db(transaction=True, reset_sequences=True)  # addresses of pages have numbers in them
UNLISTED = {picture.name: picture for picture in plain_pages()[0]}
BY_NAME = {picture.name: picture for picture in PICTURES} | UNLISTED
DAILY = ("overview", "milestones", "milestone", "map", "my-work")
TAB_ORDER = Path(__file__).parent / "tab_order"
TAB_STOPS = 90  # a list of milestones goes on and on; what comes first is what is kept


def told(wrong: Mapping[str, Sequence[object]]) -> str:
    """What is wrong, a line each."""
    return "\n".join(f"{name}: {line}" for name, lines in wrong.items() for line in lines)


def opened(studio: Studio, name: str) -> Page:
    """One page as it is at first, on a laptop."""
    page = studio.page_of(BY_NAME[name].who)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(BY_NAME[name].path)
    return page


def test_every_page_is_for_everybody(studio: Studio, watch: Watch) -> None:
    wrong: dict[str, list[str]] = {}
    for name, picture in BY_NAME.items():
        page, heard = studio.page_of(picture.who), len(watch.unexpected)
        kind = page.request.get(picture.path).headers.get("content-type", "") if name in UNLISTED else "text/html"
        if not kind.startswith("text/html"):
            continue  # a file, or a word for the page's own script
        page.set_viewport_size({"width": 1440, "height": 900})
        answer = page.goto(picture.path)
        assert answer is not None
        found = [] if answer.status == picture.status else [f"answered {answer.status}"]
        found += Look(page).here() + watch.unexpected[heard:]
        if found:
            wrong[name] = found
    assert not wrong, told(wrong)


# What was drawn by a background alone is gone in the reader's colours, unless it is drawn with one of those or has an edge.
GONE = """() => {
  const clear = (colour) => /rgba\\(.*, 0\\)/.test(colour);
  const behind = (e) => { for (let p = e.parentElement; p; p = p.parentElement) {
    const colour = getComputedStyle(p).backgroundColor; if (!clear(colour)) return colour; } return "rgb(255, 255, 255)"; };
  const seen = (e) => { const s = getComputedStyle(e), r = e.getBoundingClientRect();
    return r.width < 1 || r.height < 1 || !e.checkVisibility() || (!clear(s.backgroundColor) && s.backgroundColor !== behind(e))
      || s.backgroundImage !== "none" || parseFloat(s.borderTopWidth) + parseFloat(s.borderInlineStartWidth) > 0
      || s.outlineStyle !== "none"; };
  const say = (e) => `${e.tagName.toLowerCase()}.${e.getAttribute("class")} ${e.textContent.trim().slice(0, 30)}`;
  const drawn = ".rib .b, .mini > *, .meter i, .fl i, .heat .c, .sc, .lg-dot, .lg-bar, .lg-flag, .tag, .badge, "
    + ".btn:not(.quiet)";
  const chosen = ".seg label:has(:checked), .tabs [aria-current], .nav [aria-current], .seg [aria-current], "
    + ".mobar [aria-current=page]";
  const out = [...document.querySelectorAll(drawn)].filter((e) => !seen(e)).map((e) => "not drawn: " + say(e));
  for (const e of document.querySelectorAll(chosen)) {
    if (e.checkVisibility() && getComputedStyle(e).outlineStyle === "none") out.push("not seen to be chosen: " + say(e));
  }
  return out;
}"""

# Each state is a shape of its own, drawn in another colour than what is behind it, and large enough to tell from the others.
SHAPES = """(sprite) => {
  const shapes = {}, out = [];
  const drawn = (e) => [...e.children].map((x) => x.tagName + [...x.attributes].map((a) => a.name + a.value)).join();
  const symbols = new DOMParser().parseFromString(sprite, "image/svg+xml").querySelectorAll("symbol[id^='g-']");
  const names = new Map([...symbols].map((symbol) => [drawn(symbol), symbol.id]));
  for (const svg of document.querySelectorAll("main svg")) {
    const size = svg.getBoundingClientRect(), use = svg.querySelector("use[href*='#g-']");
    const shape = use ? use.getAttribute("href").split("#")[1] : names.get(drawn(svg));
    if (!shape || !svg.checkVisibility() || !size.width) continue;
    const word = svg.parentElement.getAttribute("class") || "";
    const state = (/s-[a-z]+/.exec(word) || [""])[0];
    if (state) (shapes[shape] ||= new Set()).add(state);
    if (size.width < 11) out.push(`${shape} is ${size.width} px wide`);
    let behind = "rgba(0, 0, 0, 0)";
    for (let p = svg.parentElement; p && /rgba\\(.*, 0\\)/.test(behind); p = p.parentElement) {
      behind = getComputedStyle(p).backgroundColor;
    }
    if (getComputedStyle(svg).color === behind) out.push(`${shape} is drawn in the colour behind it, ${behind}`);
  }
  const double = Object.entries(shapes).filter(([, states]) => states.size > 1);
  for (const [shape, states] of double) out.push(`${shape} says ${[...states].join(" and ")}`);
  return [Object.keys(shapes).length, out];
}"""


def test_status_is_read_by_shape_in_the_readers_own_colours(studio: Studio) -> None:
    sprite = Path("static/icons/sprite.svg").read_text(encoding="utf-8")
    wrong: dict[str, list[str]] = {}
    for name in DAILY:
        page = opened(studio, name)
        for theme in THEMES:
            page.emulate_media(forced_colors="active", color_scheme=theme)  # type: ignore[arg-type]
            shapes, found = page.evaluate(SHAPES, sprite)
            assert shapes or name == "map", name
            for width in (1440, 390):
                page.set_viewport_size({"width": width, "height": 900})
                found += page.evaluate(GONE)
            if found:
                wrong[f"{name} {theme}"] = sorted(set(found))
        page.emulate_media(forced_colors="none")
    assert not wrong, told(wrong)


# How much of a low window stays covered by what sticks to its edges, in per cent, wherever one has scrolled to.
COVERED = """() => {
  window.scrollTo(0, 300);
  const stuck = [...document.querySelectorAll("body *")].filter((e) => {
    const s = getComputedStyle(e), r = e.getBoundingClientRect();
    return ["sticky", "fixed"].includes(s.position) && e.checkVisibility({visibilityProperty: true}) && r.width > innerWidth / 2
      && r.height && r.bottom > 0 && r.top < innerHeight && s.pointerEvents !== "none"; });
  const tall = stuck.map((e) => e.getBoundingClientRect()).reduce(
    (sum, r) => sum + Math.min(r.bottom, innerHeight) - Math.max(r.top, 0), 0);
  return tall * 100 / innerHeight;
}"""


def test_at_four_hundred_per_cent_nothing_is_cut_off_and_most_of_the_window_is_the_page(studio: Studio) -> None:
    wrong = {}
    for name in DAILY:
        page = opened(studio, name)
        page.set_viewport_size({"width": 360, "height": 225})  # 1440 by 900, four times as large
        covered, wide = page.evaluate(COVERED), page.evaluate(STICKS_OUT)
        if wide or covered > 25:
            wrong[name] = wide, covered
    assert not wrong, told(wrong)


# What would move for longer than an eye sees, of this page and of a button that works on something.
MOVES = """() => {
  document.querySelectorAll("main .btn, main a").forEach((e, n) => n < 3 && e.classList.add("busy", "btn"));
  const long = (times) => times.split(",").some((t) => parseFloat(t) > 0.01);
  const out = new Set();
  for (const e of document.querySelectorAll("*")) for (const part of ["", "::before", "::after"]) {
    const s = getComputedStyle(e, part), of = e.tagName + part + "." + e.getAttribute("class");
    if (long(s.transitionDuration)) out.add("transition of " + of);
    if (s.animationName !== "none" && long(s.animationDuration)) out.add(s.animationName + " of " + of);
  }
  if (getComputedStyle(document.documentElement).scrollBehavior !== "auto") out.add("scrolling");
  return [...out];
}"""


def test_nothing_moves_for_those_who_asked_for_less_motion(studio: Studio) -> None:
    for name in DAILY:
        page = opened(studio, name)
        page.emulate_media(reduced_motion="no-preference")
        assert page.evaluate(MOVES) != [], "nothing moves at all, so this test would see nothing"
        page.emulate_media(reduced_motion="reduce")
        assert page.evaluate(MOVES) == [], name


def test_who_asks_for_more_contrast_reads_every_word_at_seven_to_one(studio: Studio) -> None:
    wrong: dict[str, list[str]] = {}
    for name in DAILY:
        page = opened(studio, name)
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, contrast="more")  # type: ignore[arg-type]
            if found := Look(page).axe(only=("color-contrast-enhanced",)):
                wrong[f"{name} {theme}"] = found
        page.emulate_media(contrast="no-preference")
    assert not wrong, told(wrong)


# What has the focus: what it is, and what a screen reader calls it.
FOCUSED = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return "";
  const words = (node) => { const copy = node.cloneNode(true);
    copy.querySelectorAll("[aria-hidden=true], option").forEach((each) => each.remove());
    const texts = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT), found = [];
    while (texts.nextNode()) found.push(texts.currentNode.data);
    return found.join(" ").replace(/\\s+/g, " ").trim(); };
  const named = (e.getAttribute("aria-labelledby") || "").split(" ").map((id) => document.getElementById(id)).filter(Boolean);
  const name = e.getAttribute("aria-label") || named.map(words).join(" ") || (e.labels?.[0] ? words(e.labels[0]) : "")
    || words(e) || e.title;
  const kind = e.getAttribute("role") || (e.tagName === "INPUT" ? e.type : e.tagName.toLowerCase());
  return `${kind}: ${name.slice(0, 90)}`;
}"""


def tab_order(page: Page) -> list[str]:
    """What the Tab key comes to, in order, from the top of the page."""
    stops: list[str] = []
    while len(stops) < TAB_STOPS:
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if not stop:
            break
        stops.append(stop)
    return stops


@pytest.mark.parametrize("width", [1440, 390])
def test_tab_order_is_as_it_was_kept(studio: Studio, width: int) -> None:
    changes = ""
    for name in ("overview", "milestones", "milestone", "map"):
        page = opened(studio, name)
        page.set_viewport_size({"width": width, "height": 900})
        kept, now = TAB_ORDER / f"{name}-{width}.txt", tab_order(page)
        if os.environ.get("KEEP_TAB_ORDER"):
            kept.write_text("\n".join(now) + "\n", encoding="utf-8")
        before = kept.read_text(encoding="utf-8").splitlines()
        changes += "".join(
            f"{line}\n" for line in difflib.unified_diff(before, now, f"{name} kept", f"{name} now", n=2, lineterm="")
        )
    assert not changes, f"Tab goes another way. If that was meant, keep it (see the top of this file):\n{changes}"
