"""What the browser tests look at: themes, widths, accessibility."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

from tests.pictures.conftest import studio  # noqa: F401

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDTHS = (360, 390, 768, 1024, 1280, 1440, 1920)
THEMES = ("light", "dark")
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOUR = ("color-contrast", "link-in-text-block")
AXE = "node_modules/axe-core/axe.min.js"

# A colour half way between two themes is nobody's colour: what moves is brought to where it goes, and what never ends stops.
AT_REST = """() => { for (const moving of document.getAnimations())
  moving.effect.getComputedTiming().endTime === Infinity ? moving.cancel() : moving.finish(); }"""

STICKS_OUT = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= window.innerWidth) return "";
  const sticksOut = (e) => e.getBoundingClientRect().right > window.innerWidth + 1 || e.getBoundingClientRect().left < -1;
  const out = [...document.querySelectorAll("main *, header *")].filter(sticksOut);
  return out.slice(0, 3).map((e) => e.tagName + "." + e.getAttribute("class")).join(", ") || "something";
}"""


COVERED = """() => {
  const seen = (within) => [...document.querySelectorAll(within)].filter((e) => e.getClientRects().length);
  const boxes = (within) => seen(within).map((e) => e.getBoundingClientRect());
  const turned = getComputedStyle(document.documentElement).direction === "rtl" ? -1 : 1;
  const begins = (box) => turned > 0 ? box.left : -box.right, ends = (box) => turned > 0 ? box.right : -box.left;
  const first = Math.min(...boxes(".top .right > *").map(begins));
  return boxes(".top .crumb > *").some((box) => ends(box) > first + 1) ? "buttons cover the name of the page" : "";
}"""


@pytest.fixture(autouse=True)
def _built(request: pytest.FixtureRequest) -> None:
    """Skip, in words, where the front end was not built."""
    if not (settings.BASE_DIR / "static/build/app.css").is_file():
        pytest.skip("the front end is not built: npm ci && node frontend/build.mjs")


class Look:
    """A page as people with different screens and eyes get it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def theme(self, name: str) -> None:
        """Light or dark, as the system says it."""
        self.page.emulate_media(color_scheme=name)  # type: ignore[arg-type]

    def axe(self, *, without: tuple[str, ...] = (), only: tuple[str, ...] = ()) -> list[str]:
        """What axe finds, each as a line that names the rule and the element. Run outside the page's own script policy."""
        self.page.evaluate(AT_REST)
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate((settings.BASE_DIR / AXE).read_text(encoding="utf-8"))
        options: dict[str, Any] = {"runOnly": list(only or AXE_TAGS), "resultTypes": ["violations"]}
        options["rules"] = {rule: {"enabled": False} for rule in without}
        found: dict[str, Any] = self.page.evaluate("options => axe.run(document, options)", options)
        return [
            f"{rule['id']}: {node['target']} {node['failureSummary'].splitlines()[-1].strip()}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]

    def here(self) -> list[str]:
        """What axe finds and what sticks out on the page that is open, at every width, light and dark.

        The page is not asked for again: the window changes under it. Themes differ in colours alone, so dark is read for those.
        """
        wrong = []
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            wide = self.page.evaluate(STICKS_OUT)
            wrong += [f"{width}: {wide} sticks out"] if wide else []
            covered = self.page.evaluate(COVERED)
            wrong += [f"{width}: {covered}"] if covered else []
            for theme in THEMES if width in (390, 1440) else ():
                self.theme(theme)
                found = self.axe(only=() if theme == "light" else OF_COLOUR)
                wrong += [f"{theme} {width}: {line}" for line in found]
        return wrong

    def everywhere(self, address: str) -> list[str]:
        """The same of the page at this address."""
        self.page.goto(address)
        return self.here()


@pytest.fixture
def look(page: Page) -> Look:
    """`look.everywhere("/my")` must be empty."""
    return Look(page)
